import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation, Patient, Resource, RiskAssessment } from '@medplum/fhirtypes'
import fc from 'fast-check'
import type { ChangeEvent } from '../../core/changes.ts'
import { HIS, SNOMED } from '../../fhir-profiles/index.ts'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import { createRecordReader } from '../inference/record-reader.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { loadPairs } from './pairs.ts'
import { createProjection } from './project.ts'
import { rebuild } from './rebuild.ts'
import { moduleSource } from './source.ts'
import { defineLoopTables, PROJECTED } from './tables.ts'

type Stored = Resource & { id: string }

const AT = Date.parse('2026-03-01T12:00:00Z')
const minutes = (count: number): string => new Date(AT + count * 60_000).toISOString()
const LABEL = 'k-gt-5.5'
const sources = [moduleSource(pocketK, {})!]

let dir: string
let store: ServerStore
let projection: ReturnType<typeof createProjection>
/** One record for all tests, which takes long to open: each has people and results of its own, by what their ids begin with. */
let own = ''
let worlds = 0
const newWorld = (): void => {
  own = `w${++worlds}-`
}
beforeEach(newWorld)
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'loop-'))
  store = storeOf({ dir })
  await store.start()
  await defineLoopTables(store.sql)
  projection = createProjection({ store, sources, reader: () => createRecordReader(store, () => Promise.reject()) })
})
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

const patient = (id: string, extra: Partial<Patient> = {}): Stored =>
  ({ resourceType: 'Patient', id: own + id, gender: 'female', birthDate: '1950-02-03', ...extra }) as Stored

/** As pocket-k writes it: acquisition in the middle of whenPeriod. */
const result = (
  id: string,
  of: string,
  at: number,
  probability?: number,
  extra: Partial<RiskAssessment> = {}
): Stored => ({
  resourceType: 'RiskAssessment',
  id: own + id,
  status: probability === undefined ? 'cancelled' : 'preliminary',
  subject: { reference: `Patient/${own}${of}` },
  method: { coding: [HIS['pocket-k']] },
  occurrenceDateTime: minutes(at),
  prediction: [
    {
      outcome: { coding: [SNOMED.hyperkalaemia] },
      ...(probability === undefined ? { rationale: 'refused' } : { probabilityDecimal: probability }),
      whenPeriod: { start: minutes(at - 60), end: minutes(at + 60) }
    }
  ],
  ...extra
})

const potassium = (id: string, of: string, at: number, value: number, extra: Partial<Observation> = {}): Stored => ({
  resourceType: 'Observation',
  id: own + id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
  subject: { reference: `Patient/${own}${of}` },
  effectiveDateTime: minutes(at),
  valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  ...extra
})

const HAEMOLYSED = { interpretation: [{ coding: [HIS['specimen-haemolysed']] }] }

/** Commits and gives the events of it. */
async function commit(...resources: Stored[]): Promise<ChangeEvent[]> {
  await store.write(
    resources.map((resource) => ({ resource })),
    { kind: 'ingest' }
  )
  const changes = await store.takeChanges(1000)
  await store.dropChanges(changes.at(-1)?.seq ?? 0)
  return changes.map(({ event }) => event)
}

async function arrive(...resources: Stored[]): Promise<void> {
  for (const event of await commit(...resources)) await projection.handle(event)
}

/** What is of this test, under the names that it uses. */
const loaded = async () =>
  (await loadPairs(store.sql, { source: 'pocket-k', label: LABEL })).filter(({ result }) => result.includes(`/${own}`))
const pairs = async () =>
  (await loaded()).map(({ result, patient, probability, label, truth }) => ({
    result: result.replace(own, ''),
    patient: patient.replace(own, ''),
    probability,
    label,
    key: truth.key.replace(own, '')
  }))

const rows = async () =>
  Promise.all(
    PROJECTED.map(async (table) =>
      (await store.sql.all(`SELECT * FROM ${table}`))
        .map((row) => JSON.stringify(row))
        .filter((row) => row.includes(own))
        .sort()
    )
  )

test('joins a potassium to the screen of the hour, whichever came first', async () => {
  await arrive(patient('p'))
  await arrive(result('r', 'p', 0, 0.4))
  expect(await pairs()).toEqual([])
  await arrive(potassium('k', 'p', 20, 6.1))
  const joined = [
    { result: 'RiskAssessment/r', patient: 'Patient/p', probability: 0.4, label: 1, key: 'Observation/k' }
  ]
  expect(await pairs()).toEqual(joined)
  await arrive(potassium('k2', 'p', 200, 4), result('r2', 'p', 180, 0.1))
  expect(await pairs()).toEqual([
    ...joined,
    { ...joined[0], result: 'RiskAssessment/r2', probability: 0.1, label: 0, key: 'Observation/k2' }
  ])
})

test('knows sex, age band and what the model said when it was first written', async () => {
  await arrive(patient('p'))
  await arrive(result('r', 'p', 0, 0.4))
  await arrive(result('r', 'p', 0, 0.9))
  await arrive(potassium('k', 'p', 20, 6.1))
  const [pair] = await loaded()
  expect(pair).toMatchObject({ probability: 0.4, groups: { sex: 'female', age: '75-84' }, at: minutes(0) })
})

test('follows a birth date and a race that were told later', async () => {
  await arrive(patient('p', { birthDate: undefined }))
  await arrive(result('r', 'p', 0, 0.4))
  await arrive(potassium('k', 'p', 20, 6.1))
  const race = {
    url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
    extension: [
      {
        url: 'ombCategory',
        valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3', display: 'White' }
      },
      { url: 'text', valueString: 'White' }
    ]
  }
  await arrive(patient('p', { birthDate: '1960-01-01', extension: [race] }))
  const [pair] = await loaded()
  expect(pair?.groups).toEqual({ sex: 'female', age: '65-74', race: 'White' })
})

test('takes a corrected value, and none of a haemolysed or withdrawn one', async () => {
  await arrive(patient('p'))
  await arrive(result('r', 'p', 0, 0.4))
  await arrive(potassium('k', 'p', 20, 6.1))
  await arrive(potassium('k', 'p', 20, 4.1, { status: 'corrected' }))
  expect((await pairs()).map(({ label }) => label)).toEqual([0])
  await arrive(potassium('k', 'p', 20, 4.1, { status: 'corrected', ...HAEMOLYSED }))
  expect(await pairs()).toEqual([])
  await arrive(potassium('k', 'p', 20, 6.4, { status: 'corrected' }))
  expect((await pairs()).map(({ label }) => label)).toEqual([1])
  await arrive(potassium('k', 'p', 20, 6.4, { status: 'entered-in-error' }))
  expect(await pairs()).toEqual([])
})

test.each([
  ['>9.0', 9, '>', [1]],
  ['<2.0', 2, '<', [0]],
  ['>5.0, which may be either', 5, '>', []],
  ['>5.5, which is above', 5.5, '>', [1]],
  ['<5.5, which is not', 5.5, '<', [0]]
] as const)('uses the censored value %s for the class only', async (_text, value, comparator, expected) => {
  await arrive(patient('p'))
  await arrive(result('r', 'p', 0, 0.4))
  await arrive(potassium('k', 'p', 20, value, { valueQuantity: { value, comparator, code: 'mmol/L', unit: 'mmol/L' } }))
  expect((await pairs()).map(({ label }) => label)).toEqual(expected)
})

test('drops the pair of a withdrawn result, and gives its truth to the next', async () => {
  await arrive(patient('p'))
  await arrive(result('a', 'p', 0, 0.4), result('b', 'p', 5, 0.6), potassium('k', 'p', 20, 6.1))
  expect((await pairs()).map(({ result }) => result)).toEqual(['RiskAssessment/a'])
  await arrive(result('a', 'p', 0, 0.4, { status: 'entered-in-error' }))
  expect((await pairs()).map(({ result }) => result)).toEqual(['RiskAssessment/b'])
})

test('a potassium that moves to another person leaves the pair of the first', async () => {
  await arrive(patient('p'), patient('q'))
  await arrive(result('a', 'p', 0, 0.4), result('b', 'q', 0, 0.2), potassium('k', 'p', 20, 6.1))
  await arrive(potassium('k', 'q', 20, 6.1))
  expect(await pairs()).toMatchObject([{ result: 'RiskAssessment/b', patient: 'Patient/q' }])
})

test('a result that moves to another person leaves neither pair nor truth of the first', async () => {
  await arrive(patient('p'), patient('q'))
  await arrive(result('a', 'p', 0, 0.4), potassium('k', 'p', 20, 6.1))
  await arrive(result('a', 'q', 0, 0.4))
  expect(await pairs()).toEqual([])
  const [results, predictions, truths] = await rows()
  expect([results!.length, predictions!.length, truths!.length]).toEqual([1, 1, 0])
})

test('a result that a merge has not moved yet is of the survivor all the same', async () => {
  await arrive(patient('p'), patient('q'))
  await arrive(result('a', 'q', 0, 0.4), potassium('k', 'p', 20, 6.1))
  expect(await pairs()).toEqual([])
  const link: Patient['link'] = [{ type: 'replaced-by', other: { reference: `Patient/${own}p` } }]
  await arrive(patient('q', { active: false, link }))
  expect(await pairs()).toMatchObject([{ result: 'RiskAssessment/a', patient: 'Patient/p', label: 1 }])
})

test('a deleted result leaves nothing behind', async () => {
  await arrive(patient('p'))
  await arrive(result('a', 'p', 0, 0.4), potassium('k', 'p', 20, 6.1))
  await store.write([{ resource: result('a', 'p', 0, 0.4), remove: true }], { kind: 'rest' })
  for (const { event } of await store.takeChanges(10)) await projection.handle(event)
  expect(await rows()).toEqual([[], [], [], []])
})

/**
 * What happens to two people, one of whom is merged into the other, in the only order in which a hospital can say it: a
 * value, its correction, its retraction. Each step is one commit.
 */
const scenario = (values: readonly number[]): (() => Stored[])[][] => [
  [
    () => [result('r1', 'p', 0, 0.3)],
    () => [result('r1', 'p', 0, 0.7)],
    () => [result('r1', 'p', 0, 0.7, { status: 'entered-in-error' })]
  ],
  [() => [result('r2', 'q', 10, undefined)], () => [result('r2', 'q', 10, 0.5)]],
  [() => [result('r3', 'q', 50, 0.6)]],
  [() => [potassium('k1', 'p', 5, values[0]!)], () => [potassium('k1', 'p', 5, values[1]!, { status: 'corrected' })]],
  [() => [potassium('k2', 'q', 15, values[2]!)], () => [potassium('k2', 'q', 15, values[2]!, HAEMOLYSED)]],
  [() => [potassium('k3', 'q', -30, values[3]!)]],
  [() => [potassium('k4', 'p', 70, values[4]!)], () => [potassium('k4', 'p', 70, 5, { status: 'entered-in-error' })]],
  [() => [patient('q', { gender: 'male' })]]
]

test('rows are what a rebuild makes, in whatever order things arrive and events are handled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(3.1, 4.2, 5.6, 6.3), { minLength: 5, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      async (values, draws) => {
        newWorld()
        const next = (below: number): number => (draws.next().value as number) % below
        let waiting = await commit(patient('p'), patient('q'))
        const tracks = scenario(values).map((track) => [...track])
        const merge = next(12)
        for (let step = 0; tracks.some((track) => track.length > 0); step++) {
          if (step === merge) waiting.push(...(await mergeInto('q', 'p')))
          const open = tracks.filter((track) => track.length > 0)
          const resources = open[next(open.length)]!.shift()!()
          waiting.push(...(await commit(...(await moved(resources)))))
          // Some events are handled now, of those some twice; the others wait, and come in any order.
          const [now, later] = [[] as ChangeEvent[], [] as ChangeEvent[]]
          for (const event of waiting) (next(3) === 0 ? now : later).push(event)
          for (const event of now) await projection.handle(event)
          waiting = later.concat(now.filter(() => next(4) === 0))
        }
        for (const event of waiting.map((event) => ({ event, by: next(1000) })).sort((a, b) => a.by - b.by))
          await projection.handle(event.event)
        const followed = await rows()
        for (const table of PROJECTED) await store.sql.write([{ sql: `DELETE FROM ${table}` }])
        await rebuild(store, sources, projection)
        const rebuilt = await rows()
        expect(followed).toEqual(rebuilt)
        expect(rebuilt[0]!.length).toBe(3)
      }
    ),
    { seed: 3003, numRuns: 8 }
  )
}, 60_000)

/** What comes in under the name of somebody merged away is recorded under the survivor. */
async function moved(resources: Stored[]): Promise<Stored[]> {
  const q = await store.read<Patient>('Patient', `${own}q`)
  if (q?.active !== false) return resources
  return resources.map(
    (one) => (one.resourceType === 'Patient' ? { ...q, ...one } : repointed(one, 'q', 'p')) as Stored
  )
}

const repointed = (resource: Stored, from: string, to: string): Stored =>
  JSON.parse(JSON.stringify(resource).replaceAll(`"Patient/${own}${from}"`, `"Patient/${own}${to}"`)) as Stored

/** As the record step does it: one commit that moves everything (rules section 2, A40). */
async function mergeInto(source: string, survivor: string): Promise<ChangeEvent[]> {
  const found = (
    await Promise.all(
      ['RiskAssessment', 'Observation'].map((type) =>
        store.search<Stored>(`${type}?patient=Patient/${own}${source}&_count=50`)
      )
    )
  ).flat()
  const before = await store.read<Stored>('Patient', own + source)
  return commit(
    {
      ...(before as Stored),
      active: false,
      link: [{ type: 'replaced-by', other: { reference: `Patient/${own}${survivor}` } }]
    } as Stored,
    ...found.map((resource) => repointed(resource, source, survivor))
  )
}
