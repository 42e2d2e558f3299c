import type { Coding, Observation, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { systemUri } from '../../adapters/hl7v2/observation/code-systems.ts'
import { CODE_SYSTEM, HIS, LOINC, MDC, refusedObservation, SNOMED } from '../../fhir-profiles/index.ts'
import { oruInput, resultStatus } from './oru-input.ts'
import { measuredObservations } from './oru-observations.ts'

test.each<[RiskAssessment['status'], 'P' | 'R' | 'F' | undefined, string]>([
  ['preliminary', undefined, 'P'],
  ['preliminary', 'R', 'R'],
  ['preliminary', 'F', 'F'],
  ['final', 'P', 'F'],
  ['corrected', 'P', 'C'],
  ['amended', undefined, 'C'],
  ['entered-in-error', 'F', 'D'],
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

test("what was taken back as another person's is W, in OBR-25 a correction like what was deleted", () => {
  const retracted = (...tag: Coding[]): (string | readonly string[] | undefined)[] => {
    const result: RiskAssessment & { id: string } = {
      resourceType: 'RiskAssessment',
      id: 'r',
      status: 'entered-in-error',
      subject: { reference: 'Patient/p' },
      meta: { lastUpdated: '2026-03-01T12:00:00Z', tag },
      prediction: [{ outcome: { coding: [SNOMED.hyperkalaemia] }, probabilityDecimal: 0.25 }]
    }
    const { order, observations } = oruInput({
      result,
      conclusion: 'Low band: dangerous potassium is unlikely on this tracing.',
      patient: { resourceType: 'Patient' },
      model: { name: 'm', version: '1' },
      profile: {},
      zone: 'UTC'
    })
    return [order.resultStatus, order.notes, ...observations.map(({ status }) => status)]
  }
  // What the result concluded is not said again beside it: a reader of the NTE alone would act on it.
  const withdrawn = 'Taken back: the result that was sent before does not stand. Do not use it.'
  expect(retracted(HIS['wrong-patient'])).toEqual([
    'C',
    ["Taken back: what it rests on was another person's. Do not use the result that was sent before."],
    'W'
  ])
  expect(retracted(HIS.late)).toEqual(['C', [withdrawn], 'D'])
})

test('what was ordered and who ordered it are echoed whole', () => {
  const sent = (order?: ServiceRequest) =>
    oruInput({
      result: {
        resourceType: 'RiskAssessment',
        id: 'r',
        status: 'preliminary',
        subject: { reference: 'Patient/p' },
        method: { coding: [{ system: CODE_SYSTEM.concepts, code: 'pocket-k', display: 'Screen' }] }
      },
      ...(order ? { order } : {}),
      patient: { resourceType: 'Patient' },
      model: { name: 'm', version: '1' },
      profile: {},
      zone: 'UTC'
    }).order
  const order: ServiceRequest = {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    identifier: [{ type: { coding: [{ code: 'PLAC' }] }, value: 'P\\F\\1^WARD&X' }],
    requester: { display: '77 Doc Dora', identifier: { value: '77^Doc^Dora^^^^^^HOSP' } },
    code: {
      coding: [
        { system: systemUri('99LAB', 'lab'), code: 'KSCREEN', display: 'Screen | K' },
        { system: systemUri('LN', 'lab'), code: '2823-3' }
      ]
    }
  }
  expect(sent(order)).toMatchObject({
    placerOrderNumber: 'P\\F\\1^WARD&X',
    code: 'KSCREEN^Screen \\F\\ K^99LAB^2823-3^^LN',
    orderingProvider: '77^Doc^Dora^^^^^^HOSP'
  })
  expect(sent({ ...order, requester: { display: 'Dora Doc' } }).orderingProvider).toBe('^Dora Doc')
  expect(sent()).toMatchObject({ code: 'pocket-k^Screen^99HISB' })

  // Over FHIR any text may be a number or a system: none of it ends a field or begins a segment.
  const foreign = sent({
    ...order,
    identifier: [{ type: { coding: [{ code: 'PLAC' }] }, value: 'P1|9^W\rOBX|1\n' }],
    requester: { display: 'Dora', identifier: { value: '77|\u0001' } },
    code: { coding: [{ system: `${systemUri('L', 'lab')}%zz`, code: 'K' }] }
  })
  expect(foreign).toMatchObject({
    placerOrderNumber: 'P1\\F\\9^W\\.br\\OBX\\F\\1\\.br\\',
    orderingProvider: '77\\F\\\\X01\\',
    code: 'K^^L%zz'
  })
})

const of = (changes: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'preliminary',
  code: { coding: [LOINC.qrsDuration] },
  ...changes
})
const refusedMember = (code: string): Partial<Observation> => {
  const { dataAbsentReason, extension } = refusedObservation(code)
  return { dataAbsentReason, extension }
}
const common = { status: 'P', equipment: ['m', '1'] }

test('a panel becomes one OBX for each quantity that stands by itself, with unit and range; groups stay out', () => {
  const members = [
    of({
      valueQuantity: { value: 94, unit: 'ms', code: 'ms' },
      referenceRange: [{ low: { value: 80 }, high: { value: 110 } }]
    }),
    of({ code: { coding: [HIS['ecg-lead-durations']] }, component: [{ code: {}, valueQuantity: { value: 1 } }] }),
    of({ code: { coding: [MDC.prInterval] }, ...refusedMember('p-wave-not-applicable') })
  ]
  expect(measuredObservations(of({}), members, common)).toMatchObject([
    {
      content: { type: 'NM', value: 94 },
      code: { code: '8633-0', system: 'LN' },
      units: { code: 'ms', system: 'UCUM' },
      referenceRange: '80-110',
      subId: '1',
      status: 'P'
    },
    {
      content: { type: 'none' },
      code: { code: '146944', system: 'MDC' },
      status: 'X',
      notes: ['Not measured: p-wave-not-applicable']
    }
  ])
})

test('a panel that refuses is one OBX of its own code without a value', () => {
  const panel = of({ status: 'cancelled', code: { coding: [HIS['ecg-measurement-panel']] } })
  expect(measuredObservations(panel, [], { ...common, status: 'X' })).toMatchObject([
    { content: { type: 'none' }, code: { code: 'ecg-measurement-panel', system: '99HISB' }, status: 'X' }
  ])
})
