import type { Patient } from '@medplum/fhirtypes'
import type { AppError } from '../../../core/errors/app-error.ts'
import type { StoreRepository } from '../../../server/store/repository.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, query, startPostgres } from './cluster.ts'
import { raceProcesses } from './race-processes.ts'
import { about, marked, PATIENTS, race } from './race-tasks.ts'

const CAUSE = { kind: 'ingest' } as const
/** Transactions of the random race; the long form: TEST_BUNDLES=10000. */
const BUNDLES = Number(process.env['TEST_BUNDLES'] ?? 1000)

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterEach(() => closeAll())
afterAll(() => cluster.stop())

// hardening A1-14
test('1,000 equal conditional creates of two processes make one resource', async () => {
  const access = accessOf(cluster.url)
  const store = await openStore(access)
  const ended = await raceProcesses(access, [
    { task: 'conditional', count: 500, name: 1 },
    { task: 'conditional', count: 500, name: 2 }
  ])
  const outcomes = ended.flat().map(({ outcome }) => outcome)
  expect(outcomes).toHaveLength(1000)
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
  expect(new Set(outcomes)).toEqual(new Set(['created', 'kept']))
  expect(new Set(ended.flat().flatMap(({ ids }) => ids)).size).toBe(1)
  expect(await store.search('Patient?identifier=urn:mrn|one')).toHaveLength(1)
})

test('a conditional create sees what another instance creates by id at the same moment', async () => {
  const access = accessOf(cluster.url)
  const [here, there] = [await openStore(access), await openStore(access)]
  for (let round = 0; round < 40; round++) {
    const patient: Patient = { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: `r${round}` }] }
    const [conditional] = await Promise.all([
      (here.repository(CAUSE) as StoreRepository).createIf(patient, `identifier=urn:mrn|r${round}`),
      there.write([{ resource: { ...patient, id: `there-${round}` } }], CAUSE)
    ])
    if (conditional.outcome === 'kept') expect(conditional.resource.id).toBe(`there-${round}`)
    else {
      // Created: then it was first, and the other, which asked nothing, came after.
      const order = (await here.takeChanges(1000)).map(({ event }) => event.id)
      expect(order.indexOf(conditional.resource.id)).toBeLessThan(order.indexOf(`there-${round}`))
    }
  }
})

// hardening A1-15
test(`${BUNDLES} random overlapping bundles of four stores all end, each whole or not at all`, async () => {
  const access = accessOf(cluster.url)
  const [store, other] = [await openStore(access), await openStore(access)]
  await store.write(
    Array.from({ length: PATIENTS }, (_, i) => ({ resource: marked(`p${i}`, 'start') })),
    CAUSE
  )
  const count = Math.ceil(BUNDLES / 4)
  const ended = (
    await Promise.all([
      race(store, { task: 'bundles', count, name: 1 }),
      race(other, { task: 'bundles', count, name: 2 }),
      raceProcesses(access, [
        { task: 'bundles', count, name: 3 },
        { task: 'bundles', count, name: 4 }
      ]).then((all) => all.flat())
    ])
  ).flat()
  expect(ended).toHaveLength(count * 4)
  expect([...new Set(ended.map(({ outcome }) => outcome))].sort()).toEqual(['FHIR_REFERENCE_MISSING', 'done'])

  // Every mark of a transaction that was done stands in a version of each of its patients, of a refused one in none.
  const found = new Map<string, string[]>()
  const orders = new Map<string, number[]>()
  for (let page = await store.takeChanges(500); page.length > 0; page = await store.takeChanges(500)) {
    for (const { event } of page) {
      orders.set(event.id, [...(orders.get(event.id) ?? []), Number(event.versionId)])
      if (event.resourceType !== 'Patient' || event.interaction === 'delete') continue
      const version = await store.readVersion<Patient>('Patient', event.id, event.versionId)
      const mark = version!.identifier![0]!.value!
      found.set(mark, [...(found.get(mark) ?? []), event.id])
    }
    await store.dropChanges(page.at(-1)!.seq)
  }
  for (const { mark, ids, outcome } of ended) {
    expect([mark, (found.get(mark) ?? []).sort()]).toEqual([mark, outcome === 'done' ? [...ids].sort() : []])
  }
  // Each resource's versions came in their order, without a gap.
  for (const versions of orders.values()) expect(versions).toEqual(versions.map((_, i) => i + 1))
  const [{ deadlocks }] = (await query(
    cluster.url,
    'SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database'
  )) as [{ deadlocks: number }]
  expect(deadlocks).toBe(0)
}, 900_000)

test('nothing is written about a resource that is deleted at the same moment', async () => {
  const access = accessOf(cluster.url)
  const [here, there] = [await openStore(access), await openStore(access)]
  for (let round = 0; round < 40; round++) {
    await here.write([{ resource: marked(`d${round}`, 'x') }], CAUSE)
    const [observed] = await Promise.all([
      here.write([{ resource: about(`o${round}`, `d${round}`) }], CAUSE).then(
        () => true,
        (error: AppError) => {
          expect(error.code).toBe('FHIR_REFERENCE_MISSING')
          return false
        }
      ),
      there.write([{ resource: marked(`d${round}`, 'x'), remove: true }], CAUSE)
    ])
    const order = await changesUpTo(here, `Patient/d${round}/_history/2`)
    const written = order.indexOf(`Observation/o${round}/_history/1`)
    expect(order).toContain(`Patient/d${round}/_history/2`)
    if (observed) expect(written).toBeLessThan(order.indexOf(`Patient/d${round}/_history/2`))
    expect(written >= 0).toBe(observed)
  }
})

test('of two writes over the same version by two instances one is refused', async () => {
  const access = accessOf(cluster.url)
  const [here, there] = [await openStore(access), await openStore(access)]
  for (let round = 0; round < 30; round++) {
    const id = `m${round}`
    await here.write([{ resource: marked(id, 'first') }], CAUSE)
    const outcomes = await Promise.all(
      [here, there].map((store, i) =>
        store.write([{ resource: marked(id, `second-${i}`), ifMatch: '1' }], CAUSE).then(
          () => 'done',
          (error: AppError) => error.code
        )
      )
    )
    expect(outcomes.sort()).toEqual(['FHIR_VERSION_CONFLICT', 'done'])
    const absent = await Promise.all(
      [here, there].map((store) => store.write([{ resource: marked(`n${round}`, 'x'), onlyIfAbsent: true }], CAUSE))
    )
    expect(absent.map(([result]) => result!.outcome).sort()).toEqual(['created', 'kept'])
  }
})

/** Ids of the changes, once that one is among them: a change is shown when no older transaction of the cluster is under way. */
async function changesUpTo(store: Awaited<ReturnType<typeof openStore>>, last: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const order = (await store.takeChanges(1000)).map(({ event }) => event.eventId)
    if (order.includes(last) || tries === 500) return order
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
