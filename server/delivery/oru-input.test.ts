import type { RiskAssessment } from '@medplum/fhirtypes'
import { resultStatus } from './oru-input.ts'

test.each<[RiskAssessment['status'], 'P' | 'R' | 'F' | undefined, string]>([
  ['preliminary', undefined, 'P'],
  ['preliminary', 'R', 'R'],
  ['preliminary', 'F', 'F'],
  ['final', 'P', 'F'],
  ['corrected', 'P', 'C'],
  ['amended', undefined, 'C'],
  ['entered-in-error', 'F', 'W'],
  ['cancelled', 'F', 'X']
])('a result that is %s goes to a destination with policy %s as OBX-11 %s', (status, policy, expected) => {
  const result = {
    resourceType: 'RiskAssessment',
    id: 'r',
    status,
    subject: { reference: 'Patient/p' }
  } as RiskAssessment & { id: string }
  expect(resultStatus({ result, profile: policy ? { resultStatus: policy } : {} })).toBe(expected)
})
