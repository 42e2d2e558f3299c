import type { Observation, RiskAssessment } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../core/inference-module.ts'
import type { ModelFolder } from '../../../core/model.ts'
import { toFhir } from './to-fhir.ts'
import type { PocketKFindings, SegmentContribution } from './types.ts'

const findings: PocketKFindings = {
  kind: 'scored',
  probabilities: { 'k-gt-5.5': 0.2, 'k-ge-6.0': 0.1, 'k-gt-6.5': 0.05, 'k-lt-3.5': 0.3 },
  clips: [0.2],
  clipSpread: 0,
  quality: { verdict: 'acceptable', reasons: [] },
  bands: {},
  calibrated: true,
  unsupported: ['interval'],
  occlusion: [],
  explanation: []
}

const context = (hypokalaemiaShown: boolean): ResultContext => ({
  identity: {
    patient: 'Patient/p',
    patientAtFirstWrite: 'Patient/p',
    tracing: 't',
    basis: ['Observation/o/_history/1']
  },
  resultId: 'r',
  id: (role) => role,
  models: [
    {
      manifest: {
        outputs: [
          {
            name: 'probability',
            role: 'probability',
            labels: [{ key: 'k-lt-3.5', coding: [], show: hypokalaemiaShown }]
          }
        ]
      }
    } as unknown as ModelFolder
  ],
  mode: 'shadow',
  firstRunAt: '2026-01-01T00:00:00Z',
  now: '2026-01-01T00:00:00Z',
  reads: [],
  digest: 'd'
})

test.each([
  [true, 3],
  [false, 2]
])('an output whose model says show: %s is told accordingly', (shown, predictions) => {
  const risk = toFhir({ kind: 'finding', findings }, context(shown))[0]!.resource as RiskAssessment
  expect(risk.prediction).toHaveLength(predictions)
  expect(JSON.stringify(risk).includes('hypokalaemia')).toBe(shown)
})

test('an explanation by the own reference is derived from both tracings, one by a straight line from this one alone', () => {
  const part = { segment: 't' as const, drop: 1.234, measured: [] }
  const reference = { ecg: 'Observation/then/_history/2', changes: [] }
  const explanation = (occlusion: SegmentContribution[]) => {
    const entries = toFhir({ kind: 'finding', findings: { ...findings, reference, occlusion } }, context(true))
    return entries.find(({ resource }) => resource?.id === 'explanation')!.resource as Observation
  }
  const [line, usual] = [explanation([part]), explanation([{ ...part, usual: [] }])]
  expect(line.derivedFrom).toEqual([{ reference: 'Observation/o/_history/1' }])
  expect(usual.derivedFrom).toEqual([
    { reference: 'Observation/o/_history/1' },
    { reference: 'Observation/then/_history/2' }
  ])
  expect(usual.component).toEqual(line.component)
  expect(usual.extension).not.toEqual(line.extension)
})
