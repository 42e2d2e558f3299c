import pg from 'pg'
import type { AppError } from '../../../core/errors/app-error.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, query, startPostgres } from './cluster.ts'
import { marked } from './race-tasks.ts'

const CAUSE = { kind: 'ingest' } as const
let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterEach(() => closeAll())
afterAll(() => cluster.stop())

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))

/** Ends the connection of a store's session from the database's side. */
const cutSessions = (database: string): Promise<unknown> =>
  query(
    cluster.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'hisbundle session' AND datname = '${database}'`
  )

describe('change rows', () => {
  test('a transaction that commits late is neither skipped nor overtaken', async () => {
    const access = accessOf(cluster.url)
    const store = await openStore(access)
    // As a store would, but slowly: its number is lower than that of the next, its commit later.
    const slow = new pg.Client({ ...access, options: `-c search_path=${access.schema}` })
    await slow.connect()
    await slow.query('BEGIN')
    const event = { eventId: 'Patient/slow/_history/1', resourceType: 'Patient', id: 'slow', versionId: '1' }
    await slow.query('INSERT INTO change SELECT pg_current_xact_id()::text::bigint << 14, $1', [JSON.stringify(event)])
    await store.write([{ resource: marked('quick', 'x') }], CAUSE)
    expect(await store.takeChanges(10)).toEqual([])
    const woken = new Promise<void>((resolve) => store.onCommit(resolve))
    await slow.query('COMMIT')
    await slow.end()
    // Nobody tells of that commit; the store looks again by itself.
    await woken
    expect((await store.takeChanges(10)).map(({ event }) => event.id)).toEqual(['slow', 'quick'])
  })

  test('a commit wakes the other processes', async () => {
    const access = accessOf(cluster.url)
    const [here, there] = [await openStore(access), await openStore(access)]
    const told = new Promise<void>((resolve) => there.onCommit(resolve))
    await here.write([{ resource: marked('a', 'x') }], CAUSE)
    await told
    expect((await there.takeChanges(10)).map(({ event }) => event.id)).toEqual(['a'])
  })

  test('rows of a database restored from a dump are given out, in their order, before new ones', async () => {
    const access = accessOf(cluster.url)
    const first = await openStore(access)
    await first.write([{ resource: marked('a', 'x') }], CAUSE)
    await first.write([{ resource: marked('b', 'x') }], CAUSE)
    await first.stop()
    await query(cluster.url, `UPDATE ${access.schema}.change SET seq = seq + (1000000000::bigint << 14)`)
    const second = await openStore(access)
    await second.write([{ resource: marked('c', 'x') }], CAUSE)
    expect((await second.takeChanges(10)).map(({ event }) => event.id)).toEqual(['a', 'b', 'c'])
  })
})

describe('key locks', () => {
  test('are exclusive across processes, with writes and other locks inside, more than there are connections', async () => {
    const access = accessOf(cluster.url)
    const stores = [await openStore(access, { poolSize: 5 }), await openStore(access, { poolSize: 5 })]
    const held = new Set<string>()
    let overlaps = 0
    await Promise.all(
      Array.from({ length: 120 }, (_, i) => {
        const store = stores[i % 2]!
        const keys = [`k${i % 5}`, `k${(i * 3) % 5}`, `k${(i * 7) % 5}`]
        return store.lock(keys, () =>
          store.lock([`inner${i % 2}`], async () => {
            for (const key of new Set(keys)) {
              if (held.has(key)) overlaps += 1
              held.add(key)
            }
            await store.write([{ resource: marked(`p${i % 7}`, String(i)) }], CAUSE)
            for (const key of keys) held.delete(key)
          })
        )
      })
    )
    expect(overlaps).toBe(0)
  })

  test('a key is free after work that threw', async () => {
    const access = accessOf(cluster.url)
    const [here, there] = [await openStore(access), await openStore(access)]
    await expect(here.lock(['k'], () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(await there.lock(['k'], async () => 'mine')).toBe('mine')
  })

  test('work whose session died writes no more, and the key is free for others', async () => {
    const access = accessOf(await cluster.newDatabase())
    const [here, there] = [await openStore(access), await openStore(access)]
    const holding = Promise.withResolvers<void>()
    const proceed = Promise.withResolvers<void>()
    const first = here.lock(['k'], async () => {
      holding.resolve()
      await proceed.promise
      await here.write([{ resource: marked('stale', 'x') }], CAUSE)
    })
    await holding.promise
    await cutSessions(access.database)
    // The other's session was cut as well: it comes back by itself.
    const second = async (): Promise<string> => {
      try {
        return await there.lock(['k'], async () => 'mine')
      } catch {
        await new Promise((resolve) => setImmediate(resolve))
        return second()
      }
    }
    expect(await second()).toBe('mine')
    proceed.resolve()
    await expect(first).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', reason: 'lock-lost' } as AppError)
    expect(await there.read('Patient', 'stale')).toBeUndefined()
  })
})

describe('coordination', () => {
  test('300 leaderships need one connection, and all pass to the other when the first stops', async () => {
    const access = accessOf(await cluster.newDatabase())
    const [here, there] = [await openStore(access), await openStore(access)]
    const names = Array.from({ length: 300 }, (_, i) => `destination-${i}`)
    const leading = new Map<string, string>()
    const lead = (who: string, store: typeof here, name: string, begun: () => void) =>
      store.coordination.lead(name, async (lost) => {
        if (leading.has(name)) throw new Error('two lead at once')
        leading.set(name, who)
        begun()
        await aborted(lost)
        leading.delete(name)
      })
    const all = (): [Promise<unknown>, (() => void)[]] => {
      const each = names.map(() => Promise.withResolvers<void>())
      return [Promise.all(each.map(({ promise }) => promise)), each.map(({ resolve }) => resolve)]
    }
    const [firstBegan, first] = all()
    const leads = names.map((name, i) => lead('here', here, name, first[i]!))
    await firstBegan
    const [secondBegan, second] = all()
    const others = names.map((name, i) => lead('there', there, name, second[i]!))
    const [{ n }] = (await query(
      cluster.url,
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'hisbundle session' AND datname = '${access.database}'`
    )) as [{ n: number }]
    expect(n).toBe(2)
    expect(new Set(leading.values())).toEqual(new Set(['here']))
    await Promise.all(leads.map((each) => each.stop()))
    await secondBegan
    expect([leading.size, new Set(leading.values())]).toEqual([300, new Set(['there'])])
    await Promise.all(others.map((each) => each.stop()))
  })

  test('a leader whose connection died is told, and somebody leads again', async () => {
    const access = accessOf(await cluster.newDatabase())
    const store = await openStore(access)
    let times = 0
    const [first, lost, again] = [1, 2, 3].map(() => Promise.withResolvers<void>())
    const lead = store.coordination.lead('relay', async (signal) => {
      if (++times === 1) first!.resolve()
      else again!.resolve()
      await aborted(signal)
      lost!.resolve()
    })
    await first!.promise
    await cutSessions(access.database)
    await lost!.promise
    await again!.promise
    await lead.stop()
    expect(times).toBe(2)
  })

  test('what one process announces all hear, itself too', async () => {
    const access = accessOf(cluster.url)
    const [here, there] = [await openStore(access), await openStore(access)]
    const heard = Promise.all(
      [here, there].map((store) => new Promise((resolve) => store.coordination.listen('settled', resolve)))
    )
    here.coordination.announce('other', 'no')
    here.coordination.announce('settled', '01J')
    expect(await heard).toEqual(['01J', '01J'])
  })
})
