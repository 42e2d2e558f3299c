import type { Encounter, Observation, Patient, Resource, RiskAssessment } from '@medplum/fhirtypes'
import { uuidV5 } from '../../../core/ids.ts'
import type { ResultContext } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { EXTENSION } from '../../../fhir-profiles/index.ts'
import { loop } from './loop.ts'
import { momentAfter, resultIdOf, tracingOf } from './stay/moment.ts'
import { toFhir } from './to-fhir/to-fhir.ts'
import type { CapIcuFindings } from './types.ts'

const START = '2026-01-05T08:00:00.000Z'
const stay = { encounter: 'Encounter/v1', start: START }
const POLICY = { wards: [{ match: 'ICU' }], deathDispositions: ['EX'] }

/** What the module itself writes of a moment, with the extension that the server adds. */
function written(
  hours: 24 | 48,
  { patient = 'Patient/p1', placer, code }: { patient?: string; placer?: string; code?: string } = {}
) {
  const { moment, at } = momentAfter(stay, hours)
  const tracing = tracingOf(stay, moment)
  const resultId = resultIdOf(patient, tracing, placer)
  const context: ResultContext = {
    identity: {
      patient: 'Patient/p9',
      patientAtFirstWrite: patient,
      encounter: stay.encounter,
      tracing,
      basis: ['Encounter/v1/_history/3', 'Observation/a/_history/1'],
      acquiredAt: at,
      ...(placer ? { order: { reference: 'ServiceRequest/r1', placerOrderNumber: placer } } : {})
    },
    resultId,
    id: (role) => uuidV5(resultId, role),
    models: [],
    mode: 'shadow',
    firstRunAt: at,
    now: at,
    reads: [],
    digest: 'd'
  }
  const outcome = code ? { kind: 'refusal' as const, code } : { kind: 'finding' as const, findings: FOUND }
  const resources = toFhir(outcome, context).map(({ resource }) => resource!)
  const risk = resources.find((one): one is RiskAssessment => one.resourceType === 'RiskAssessment')!
  const origin = { url: EXTENSION.originalSubject, valueReference: { reference: patient } }
  return { risk: { ...risk, extension: [...(risk.extension ?? []), origin] }, resources }
}

const FOUND: CapIcuFindings = {
  kind: 'scored',
  moment: '24h',
  role: 'icu-mortality/1',
  predictor: { kind: 'local', name: 'm', version: '1' },
  bankVersion: 'b1',
  probability: 0.31,
  variants: { base: 0.28, fair: 0.28, cap: 0.31 },
  shift: 0.14,
  band: 'moderate',
  cases: [],
  keyFactors: [],
  missing: [],
  unused: [],
  flips: [],
  performance: {
    prevalence: 0.14,
    sensitivity: 0.8,
    specificity: 0.7,
    ppv: 0.3,
    npv: 0.95,
    fractionRuledOut: 0.6,
    threshold: 0.2
  },
  calibrated: true,
  features: {
    age: 70,
    'unit.medical': 1,
    'unit.coronary': 0,
    'gcs.min': 13,
    'lactate.max': null,
    'creatinine.max': 2.1
  },
  explanation: []
}

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

describe('what was foretold', () => {
  test.each([
    [24, 'death.24h'],
    [48, 'death.48h']
  ] as const)('at %i h is of label %s, with its cut, its other versions, strata and inputs', async (hours, label) => {
    const { risk, resources } = written(hours)
    expect(await loop.predictions(risk, recordOf(...resources), POLICY)).toEqual({
      at: momentAfter(stay, hours).at,
      encounter: 'Encounter/v1',
      predictions: [{ label, value: 0.31, threshold: 0.2, variants: { base: 0.28, fair: 0.28 } }],
      groups: { unit: 'medical', missing: 'over 30 %' },
      inputs: { ...(FOUND as { features: object }).features }
    })
  })

  test('after a merge it is still known by whose it was first', async () => {
    const { risk, resources } = written(24, { patient: 'Patient/p1' })
    const moved = { ...risk, subject: { reference: 'Patient/p9' } }
    expect((await loop.predictions(moved, recordOf(...resources), POLICY))!.predictions[0]!.label).toBe('death.24h')
  })

  test('a refusal is counted by its code', async () => {
    const { risk } = written(24, { code: 'data-insufficient' })
    expect(await loop.predictions(risk, recordOf(), POLICY)).toMatchObject({
      predictions: [],
      refused: 'data-insufficient'
    })
  })

  test('an answer to an order and what others write are none', async () => {
    const { risk } = written(24, { placer: 'PL1' })
    expect(await loop.predictions(risk, recordOf(), POLICY)).toBeUndefined()
    const other: RiskAssessment = { ...written(24).risk, code: { coding: [{ system: 'urn:other', code: 'x' }] } }
    expect(await loop.predictions(other, recordOf(), POLICY)).toBeUndefined()
    expect(await loop.predictions({ resourceType: 'Observation' } as Observation, recordOf(), POLICY)).toBeUndefined()
  })
})

describe('how it ended', () => {
  const person: Patient = { resourceType: 'Patient', id: 'p1', meta: { versionId: '1' } }
  const visit = (facts: Partial<Encounter> = {}): Encounter => ({
    resourceType: 'Encounter',
    id: 'v1',
    meta: { versionId: '5' },
    status: 'finished',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/p1' },
    period: { start: START, end: '2026-01-09T12:00:00Z' },
    location: [{ location: { display: 'ICU^1' }, period: { start: START } }],
    ...facts
  })
  const truths = (...stored: Resource[]) => loop.truths('Patient/p1', recordOf(...stored), POLICY)

  test('one truth for each label, by the disposition table of the site', async () => {
    const died = visit({ hospitalization: { dischargeDisposition: { text: 'EX' } } })
    const truth = {
      key: 'Encounter/v1',
      encounter: 'Encounter/v1',
      reference: 'Encounter/v1/_history/5',
      at: '2026-01-09T12:00:00.000Z',
      value: 1
    }
    expect(await truths(person, died)).toEqual([
      { label: 'death.24h', ...truth },
      { label: 'death.48h', ...truth }
    ])
    expect((await truths(person, visit())).map(({ value }) => value)).toEqual([0, 0])
  })

  test.each([
    ['a discharge that was cancelled', visit({ status: 'in-progress', period: { start: START } })],
    ['an admission that was cancelled', visit({ status: 'cancelled' })],
    ['a stay without intensive care', visit({ location: [] })]
  ])('%s leaves no truth', async (_, encounter) => {
    expect(await truths(person, encounter)).toEqual([])
  })

  test('an ICU encounter that is part of a hospital stay ends as that does', async () => {
    const part = visit({ partOf: { reference: 'Encounter/h1' } })
    const whole = visit({ id: 'h1', location: [], hospitalization: { dischargeDisposition: { text: 'EX' } } })
    expect(await truths(person, part, whole)).toMatchObject([
      { key: 'Encounter/v1', reference: 'Encounter/h1/_history/5', value: 1 },
      { key: 'Encounter/v1', value: 1 }
    ])
  })

  test('only what may end a stay is thought over', () => {
    const may = (resource: Resource) => loop.mayBeTruth!(resource)
    expect([may(visit()), may(visit({ status: 'in-progress' })), may(person)]).toEqual([true, false, false])
  })
})
