import type { Condition, Observation, Patient, Resource, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { ModuleEvent } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { HIS, LOINC, PROFILE } from '../../../fhir-profiles/index.ts'
import { select } from './select.ts'

const AT = '2026-01-05T08:00:00.000Z'
/** Twelve leads too short for the gate: what is held here does not depend on their samples. */
const waveform: Waveform = {
  kind: 'rhythm',
  rateHz: 500,
  leads: [1, 2, 3, 4, 5, 6, 7, 8, 61].map((mdc) => ({
    name: String(mdc),
    mdc,
    unit: 'mV',
    resolution: 0.001,
    ...(mdc === 61 ? { derived: true } : {})
  })),
  samples: Array.from({ length: 9 }, () => new Float64Array(100)),
  gaps: []
}
const ecg = (id: string, at = AT): Observation => ({
  resourceType: 'Observation',
  id,
  meta: { versionId: '1', lastUpdated: at },
  status: 'final',
  code: { coding: [LOINC.ekgStudy] },
  subject: { reference: 'Patient/p' },
  effectiveDateTime: at
})
const person: Patient = { resourceType: 'Patient', id: 'p', birthDate: '1950-02-03', gender: 'female' }
const order = (module = 'anyecg'): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  id: 'o',
  status: 'active',
  intent: 'order',
  code: { coding: [HIS[module as 'anyecg']] },
  subject: { reference: 'Patient/p' },
  authoredOn: AT
})
const condition = (id: string, code: string, recordedDate?: string): Condition => ({
  resourceType: 'Condition',
  id,
  subject: { reference: 'Patient/p' },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }] },
  ...(recordedDate ? { recordedDate } : {})
})
const earlier = (tracing: string, id = `of-${tracing}`): RiskAssessment => ({
  resourceType: 'RiskAssessment',
  id,
  meta: { profile: [PROFILE.conditionProfile] },
  status: 'preliminary',
  subject: { reference: 'Patient/p' },
  basis: [{ reference: `Observation/${tracing}/_history/1` }],
  prediction: [0, 1, 10].map((years) => ({
    outcome: { coding: [HIS['anyecg-copd']] },
    probabilityDecimal: 0.1 + years / 100,
    whenRange: { high: { value: years } }
  }))
})

const changed = (resource: Resource): ModuleEvent => ({
  change: { resourceType: resource.resourceType, id: resource.id!, interaction: 'create', cause: {} } as never
})

let read = 0
function recordOf(...stored: Resource[]): RecordReader {
  const coded = (one: Resource, token: string | null) =>
    token === null ||
    token.split(',').some((each) => (one as Observation).code?.coding?.some(({ code }) => code === each.split('|')[1]))
  return {
    read: async <T extends Resource>(reference: string) =>
      stored.find(({ resourceType, id }) => reference.split('/_history')[0] === `${resourceType}/${id}`) as
        | T
        | undefined,
    search: async <T extends Resource>(query: string) => {
      const [type, parameters] = query.split('?')
      const code = new URLSearchParams(parameters).get('code')
      return stored.filter((one) => one.resourceType === type && coded(one, code)) as T[]
    },
    waveform: async () => {
      read++
      return waveform
    },
    reads: []
  }
}

test('a tracing that nobody asked about gets no profile, and its samples are not even read', async () => {
  read = 0
  expect(await select(changed(ecg('e')), recordOf(ecg('e'), person), {})).toEqual([])
  expect(await select(changed(ecg('e')), recordOf(ecg('e'), person, order('pocket-k')), {})).toEqual([])
  expect(read).toBe(0)
})

test('every tracing gets one where the site wants that', async () => {
  const [one] = await select(changed(ecg('e')), recordOf(ecg('e'), person), { trigger: 'every' })
  expect(one).toMatchObject({
    kind: 'run',
    identity: { patient: 'Patient/p', tracing: 'e', acquiredAt: AT, basis: ['Observation/e/_history/1'] },
    input: { rateHz: 500, age: 75, sex: 'female' }
  })
  // What the cart computed is computed anew.
  expect((one as { input: { leads: { mdc: number }[] } }).input.leads.map(({ mdc }) => mdc)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8
  ])
  expect((one as { input: object }).input).not.toHaveProperty('known')
})

test('an order waits for a tracing that it can use, and hears at its time-out why there was none', async () => {
  const record = recordOf(ecg('e'), person, order())
  expect(await select(changed(order()), record, {})).toEqual([
    { kind: 'wait', order: 'ServiceRequest/o', until: '2026-01-05T09:00:00.000Z' }
  ])
  // The unsolicited profile of that tracing is nobody's wish.
  expect(await select(changed(ecg('e')), record, {})).toEqual([])
  expect(await select({ timer: { order: 'ServiceRequest/o' } }, record, {})).toMatchObject([
    { kind: 'refuse', code: 'too-short', identity: { order: { reference: 'ServiceRequest/o' } } }
  ])
  expect(await select({ timer: { order: 'ServiceRequest/o' } }, recordOf(person, order()), {})).toMatchObject([
    { kind: 'refuse', code: 'input-missing' }
  ])
})

test('an order for another module is none of ours', async () => {
  expect(await select(changed(order('pocket-k')), recordOf(ecg('e'), person, order('pocket-k')), {})).toEqual([])
})

test('what the record knew at the acquisition is handed over, whatever order it was filed in', async () => {
  const conditions = [
    condition('a', 'J44.1', '2025-01-01'),
    condition('b', 'I50.9'),
    condition('c', 'E11.9', '2026-02-01'),
    { ...condition('d', 'I10', '2020-01-01'), verificationStatus: { coding: [{ code: 'refuted' }] } }
  ]
  const known = async (stored: Resource[]) => {
    const [one] = await select(changed(ecg('e')), recordOf(ecg('e'), person, ...stored), { trigger: 'every' })
    return (one as { input: { known?: { code: string }[] } }).input.known?.map(({ code }) => code)
  }
  expect(await known(conditions)).toEqual(['I50.9', 'J44.1'])
  expect(await known(conditions.toReversed())).toEqual(['I50.9', 'J44.1'])
})

test('the latest profile of an earlier tracing is handed over, never its own nor one that came after', async () => {
  const stored = [
    ecg('e'),
    ecg('old', '2024-01-05T08:00:00.000Z'),
    ecg('older', '2023-01-05T08:00:00.000Z'),
    ecg('later', '2026-01-06T08:00:00.000Z')
  ]
  const profiles = stored.map(({ id }) => earlier(id!))
  const [one] = await select(changed(ecg('e')), recordOf(person, ...stored, ...profiles), { trigger: 'every' })
  expect((one as { input: { earlier?: object } }).input.earlier).toEqual({
    acquiredAt: '2024-01-05T08:00:00.000Z',
    risk: {
      'anyecg-copd': [
        { years: 1, probability: expect.closeTo(0.11, 12) },
        { years: 10, probability: expect.closeTo(0.2, 12) }
      ]
    }
  })
})
