import pg from 'pg'
import { MIGRATIONS } from '../../../server/store/migrations/index.ts'
import { clientConfig } from '../../../server/store/postgres/connect.ts'
import { migrateDatabase } from '../../../server/store/postgres/migrate-database.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, query, startPostgres } from './cluster.ts'

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterEach(() => closeAll())
afterAll(() => cluster.stop())

test('eight processes that start together on an empty database all start', async () => {
  const access = accessOf(await cluster.newDatabase())
  const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(access, { poolSize: 5 })))
  await Promise.all(
    stores.map((store) => store.sql.define(['CREATE TABLE IF NOT EXISTS shared (name TEXT PRIMARY KEY, at INTEGER)']))
  )
  const [row] = await query(
    cluster.url.replace(/[^/]*$/, access.database),
    `SELECT name FROM ${access.schema}.schema_migration`
  )
  expect(row).toEqual({ name: MIGRATIONS[0]!.name })
})

test('a step that fails leaves nothing, and a newer schema is refused', async () => {
  const access = accessOf(cluster.url)
  const client = new pg.Client(clientConfig(access, 'test'))
  await client.connect()
  const step = (name: string, postgres: string) => ({ name, postgres, sqlite: '' })
  const bad = step('0002-bad', 'CREATE TABLE half (n bigint); SELECT nonsense')
  await expect(migrateDatabase(client, access.schema, [...MIGRATIONS, bad])).rejects.toThrow()
  expect(await query(cluster.url, `SELECT 1 FROM pg_namespace WHERE nspname = '${access.schema}'`)).toEqual([])
  await migrateDatabase(client, access.schema, [...MIGRATIONS, step('0002-newer', 'CREATE TABLE newer (n bigint)')])
  await client.end()
  const store = createPostgresStore({ access })
  await expect(store.start()).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'store-schema-newer' })
  await store.stop()
})

test('two stores in two schemas of one database know nothing of each other', async () => {
  const [one, two] = [await openStore(accessOf(cluster.url)), await openStore(accessOf(cluster.url))]
  await one.write([{ resource: { resourceType: 'Patient', id: 'a' } }], { kind: 'ingest' })
  expect(await two.read('Patient', 'a')).toBeUndefined()
  expect(await two.lock(['k'], () => one.lock(['k'], async () => 'both'))).toBe('both')
})

test('a server that confirms before it wrote is refused', async () => {
  const database = await cluster.newDatabase()
  const access = accessOf(database)
  await query(cluster.url, `ALTER DATABASE ${access.database} SET synchronous_commit = off`)
  const store = createPostgresStore({ access })
  await expect(store.start()).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'store-not-durable' })
  await store.stop()
})
