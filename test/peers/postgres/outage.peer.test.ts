import { Writable } from 'node:stream'
import { AppError } from '../../../core/errors/app-error.ts'
import { createLogger } from '../../../core/log.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import type { ServerStore } from '../../../server/store/server-store.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, startPostgres } from './cluster.ts'
import { marked } from './race-tasks.ts'

const CAUSE = { kind: 'ingest' } as const
let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterEach(() => closeAll())
afterAll(() => cluster.stop())

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error))
  )

/** Repeats a write of its own identity until the store takes it, as every caller does with what may be tried again. */
async function untilDone(store: ServerStore, id: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const code = await codeOf(store.write([{ resource: marked(id, 'x') }], CAUSE))
    if (code === 'done') return tries
    expect(code).toBe('STORE_UNAVAILABLE')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

// hardening A1-12: refuses, hangs, recovers
test('a database that dies refuses everything by code, and all goes on by itself when it is back', async () => {
  const store = await openStore(accessOf(cluster.url))
  await store.sql.define(['CREATE TABLE IF NOT EXISTS timer (name TEXT PRIMARY KEY, at INTEGER NOT NULL)'])
  await store.write([{ resource: marked('before', 'x') }], CAUSE)
  const during = Array.from({ length: 50 }, (_, i) => codeOf(store.write([{ resource: marked(`d${i}`, 'x') }], CAUSE)))
  await cluster.kill()
  const codes = await Promise.all(during)
  expect(codes.filter((code) => code !== 'done' && code !== 'STORE_UNAVAILABLE')).toEqual([])
  const refused = await Promise.all([
    codeOf(store.write([{ resource: marked('down', 'x') }], CAUSE)),
    codeOf(store.read('Patient', 'before')),
    codeOf(store.search('Patient')),
    codeOf(store.sql.write([{ sql: "INSERT INTO timer (name, at) VALUES ('a', 1)" }])),
    codeOf(store.takeChanges(1)),
    codeOf(store.lock(['k'], async () => {}))
  ])
  expect(new Set(refused)).toEqual(new Set(['STORE_UNAVAILABLE']))

  await cluster.restart()
  await untilDone(store, 'after')
  // What was confirmed is there, and every row is a whole one: a resource with its change row, or neither.
  for (const [i, code] of codes.entries()) {
    if (code === 'done') expect(await store.read('Patient', `d${i}`)).toBeDefined()
  }
  const ids = (await store.search('Patient?_count=1000')).map(({ id }) => id).sort()
  const changed = (await store.takeChanges(1000)).map(({ event }) => event.id).sort()
  expect(changed).toEqual(ids)
  expect(await codeOf(store.sql.write([{ sql: "INSERT INTO timer (name, at) VALUES ('a', 1)" }]))).toBe('done')
  // The session comes back by itself as well.
  while ((await codeOf(store.lock(['k'], async () => {}))) !== 'done') {
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(store.stats().restarts).toBeGreaterThan(0)
})

test('a database that hangs is given up after the time of a statement, and used again when it answers', async () => {
  const store = await openStore(accessOf(cluster.url, { statementTimeoutMs: 300 }))
  await store.write([{ resource: marked('before', 'x') }], CAUSE)
  cluster.freeze()
  try {
    const codes = await Promise.all([
      codeOf(store.write([{ resource: marked('hung', 'x') }], CAUSE)),
      codeOf(store.read('Patient', 'before'))
    ])
    expect(codes).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE'])
  } finally {
    cluster.thaw()
  }
  await untilDone(store, 'hung')
  expect((await store.read('Patient', 'hung'))?.meta?.versionId).toBe('1')
})

test('too much waiting is refused with BACK_PRESSURE, and the store goes on', async () => {
  const store = await openStore(accessOf(cluster.url), { maxWaiting: 10 })
  const codes = await Promise.all(
    Array.from({ length: 200 }, (_, i) => codeOf(store.write([{ resource: marked(`p${i}`, 'x') }], CAUSE)))
  )
  expect(new Set(codes)).toEqual(new Set(['done', 'BACK_PRESSURE']))
  expect(await codeOf(store.write([{ resource: marked('later', 'x') }], CAUSE))).toBe('done')
})

test('a bundle of more resources than the table of locks has room for is written', async () => {
  const store = await openStore(accessOf(cluster.url))
  const many = Array.from({ length: 9000 }, (_, i) => ({ resource: marked(`many-${i}`, 'x') }))
  expect(await codeOf(store.write(many, CAUSE))).toBe('done')
  expect(await store.takeChanges(10_000)).toHaveLength(9000)
})

test('neither the password nor a value reaches an error or a log line', async () => {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    }
  })
  const log = createLogger({ level: 'debug', stream: sink })
  const access = accessOf(cluster.url, { password: 'Geheim-9999' })
  const store = createPostgresStore({ access, log })
  const error = (await store.start().catch((cause: unknown) => cause)) as AppError
  await store.stop()
  expect([error.code, error.reason]).toEqual(['STORE_UNAVAILABLE', 'access'])
  const good = await openStore(accessOf(cluster.url), { log })
  await good.sql.define(['CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY)'])
  const insert = { sql: 'INSERT INTO kept (name) VALUES (?)', params: ['Mustermann'] }
  const twice = (await good.sql.write([insert, insert]).catch((cause: unknown) => cause)) as AppError
  expect([twice.code, twice.reason]).toEqual(['STORE_UNAVAILABLE', 'constraint'])
  for (const each of [error, twice]) {
    const said = `${each.message}${each.stack}${JSON.stringify(each)}${String(each.cause)}`
    expect(said).not.toMatch(/Geheim|Mustermann/)
  }
  expect(lines.join('')).not.toMatch(/Geheim|Mustermann/)
})
