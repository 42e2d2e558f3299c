import type { Condition, Encounter, Observation, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { HIS } from '../../../fhir-profiles/index.ts'
import { loop } from './loop.ts'
import { suggestions } from './suggest.ts'
import { METHOD } from './to-fhir/codes.ts'

const AT = '2020-01-05T08:00:00.000Z'
const day = (n: number): string => new Date(Date.parse(AT) + n * 86_400_000).toISOString()

const ecg: Observation = { resourceType: 'Observation', id: 'ecg', status: 'final', code: {}, effectiveDateTime: AT }
const said = (code: string, years: number, probability: number, raised = false, rationale = '') => ({
  outcome: { coding: [{ system: METHOD.system, code }], text: `SIMULATED ${code}` },
  probabilityDecimal: probability,
  qualitativeRisk: { coding: [HIS[raised ? 'condition-raised' : 'condition-not-raised']] },
  whenRange: { low: { value: 0 }, high: { value: years } },
  rationale
})
const profile = (changes: Partial<RiskAssessment> = {}): RiskAssessment => ({
  resourceType: 'RiskAssessment',
  id: 'r1',
  status: 'preliminary',
  method: { coding: [METHOD] },
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/v1' },
  basis: [{ reference: 'Observation/ecg/_history/1' }],
  prediction: [
    said('anyecg-copd', 0, 0.2),
    said('anyecg-copd', 1, 0.05),
    said('anyecg-copd', 5, 0.2),
    said('anyecg-norm', 0, 0.4)
  ],
  ...changes
})
const encounter = (id: string, end: string, status: Encounter['status'] = 'finished'): Encounter => ({
  resourceType: 'Encounter',
  id,
  status,
  class: { code: 'IMP' },
  period: { start: day(-1), end }
})
const diagnosis = (id: string, code: string, at: string, changes: Partial<Condition> = {}): Condition => ({
  resourceType: 'Condition',
  id,
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/v1' },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }] },
  recordedDate: at,
  ...changes
})

const recordOf = (...stored: Resource[]): RecordReader => ({
  read: async <T extends Resource>(reference: string) =>
    stored.find(({ resourceType, id }) => reference.split('/_history')[0] === `${resourceType}/${id}`) as T | undefined,
  search: async <T extends Resource>(query: string) =>
    stored.filter(({ resourceType }) => query.startsWith(`${resourceType}?`)) as T[],
  waveform: async () => {
    throw new Error('no waveform in this test')
  },
  reads: []
})
const truths = async (...stored: Resource[]) =>
  (await loop.truths('Patient/p', recordOf(ecg, ...stored), {})).map(({ label, value, at }) => [label, value, at])

test('every shipped condition that a record can name is judged now and at each horizon; statements are not', () => {
  const keys = loop.labels.map(({ key }) => key)
  expect(keys).toContain('copd')
  expect(keys.filter((key) => key.startsWith('copd'))).toEqual(['copd', 'copd.1y', 'copd.5y', 'copd.10y'])
  expect(keys).not.toContain('NORM')
  expect(loop.labels.find(({ key }) => key === 'copd')?.window).toBe('encounter')
})

test('what a profile said, at the acquisition of its tracing', async () => {
  expect(await loop.predictions(profile(), recordOf(ecg), {})).toEqual({
    at: AT,
    encounter: 'Encounter/v1',
    predictions: [
      { label: 'copd', value: 0.2 },
      { label: 'copd.1y', value: 0.05 },
      { label: 'copd.5y', value: 0.2 }
    ]
  })
  const other = { coding: [HIS['pocket-k']] }
  expect(await loop.predictions(profile({ method: other }), recordOf(ecg), {})).toBeUndefined()
})

describe('the same encounter', () => {
  test('is coded with the condition, or with others only', async () => {
    const visit = encounter('v1', day(3))
    expect(await truths(profile(), visit, diagnosis('c', 'J44.1', day(2)))).toContainEqual(['copd', 1, day(3)])
    expect(await truths(profile(), visit, diagnosis('c', 'I10', day(2)))).toContainEqual(['copd', 0, day(3)])
  })
  test.each<[string, Resource[]]>([
    ['still open', [encounter('v1', day(3), 'in-progress'), diagnosis('c', 'J44.1', day(2))]],
    ['of a house that does not code', [encounter('v1', day(3))]],
    [
      'coded in doubt only',
      [
        encounter('v1', day(3)),
        diagnosis('c', 'J44.1', day(2), { verificationStatus: { coding: [{ code: 'provisional' }] } })
      ]
    ],
    [
      'of a diagnosis of another visit',
      [encounter('v1', day(3)), diagnosis('c', 'J44.1', day(2), { encounter: { reference: 'Encounter/v9' } })]
    ]
  ])('says nothing when it is %s', async (_, stored) => {
    expect((await truths(profile(), ...stored)).filter(([label]) => label === 'copd')).toEqual([])
  })
})

describe('the following years', () => {
  test('a first diagnosis within the years is the truth of each horizon that it falls into', async () => {
    const found = await truths(profile(), diagnosis('c', 'J44.0', day(700)))
    expect(found).toEqual([['copd.5y', 1, day(700)]])
  })
  test('who was seen again later without it did not get it', async () => {
    const found = await truths(profile(), encounter('v2', day(400), 'in-progress'))
    expect(found).toEqual([['copd.1y', 0, day(365.25)]])
  })
  test.each<[string, Resource[]]>([
    ['had it before', [diagnosis('c', 'J44.0', day(-30)), encounter('v2', day(4000), 'in-progress')]],
    [
      'has it since nobody knows when',
      [
        { ...diagnosis('c', 'J44.0', ''), recordedDate: undefined } as Condition,
        encounter('v2', day(4000), 'in-progress')
      ]
    ],
    ['was never seen again', []]
  ])('who %s judges nothing', async (_, stored) => {
    expect(await truths(profile(), ...stored)).toEqual([])
  })
  test('a profile that was taken back is owed no truth', async () => {
    expect(await truths(profile({ status: 'entered-in-error' }), diagnosis('c', 'J44.0', day(700)))).toEqual([])
  })
})

describe('proposals', () => {
  const context = { record: recordOf(), policy: { proposals: true }, now: AT }
  test('off by default; else what would confirm the raised and unrecorded, in one', async () => {
    expect([suggestions.isOn({}), suggestions.isOn({ proposals: true })]).toEqual([false, true])
    const raised = profile({
      prediction: [
        said('anyecg-copd', 0, 0.2, true),
        said('anyecg-copd', 5, 0.3, true),
        said('anyecg-heart-failure', 0, 0.3, true, 'Already recorded.'),
        said('anyecg-gout', 0, 0.3),
        said('anyecg-norm', 0, 0.4, true)
      ]
    })
    const found = await suggestions.of(raised, context)
    expect(found).toHaveLength(1)
    expect(found[0]!.code.text).toMatch(/^Spirometry.* \(SIMULATED anyecg-copd\)$/)
    expect(await suggestions.of(profile(), context)).toEqual([])
    expect(await suggestions.of({ ...raised, status: 'cancelled' }, context)).toEqual([])
  })
})
