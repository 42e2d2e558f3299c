import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from '@medplum/fhirtypes'
import Database from 'better-sqlite3'
import { MIGRATIONS } from '../migrations/index.ts'
import { migrateFile } from './migrate-file.ts'
import { createSqliteStore } from './store.ts'

const dir = mkdtempSync(join(tmpdir(), 'hisbundle-migrate-'))
let next = 0
const newFile = (): string => join(dir, `${next++}.sqlite`)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const names = (file: string): string[] => {
  const db = new Database(file)
  try {
    return db
      .prepare<[], { name: string }>('SELECT name FROM schema_migration ORDER BY name')
      .all()
      .map(({ name }) => name)
  } finally {
    db.close()
  }
}

test('a file of version 0.1, which knew no migrations, is taken over with its data', async () => {
  const folder = mkdtempSync(join(dir, 'old-'))
  const db = new Database(join(folder, 'fhir.sqlite'))
  // The schema of version 0.1 as it stood in sqlite/schema.ts, as far as this resource needs it.
  db.exec(`CREATE TABLE resource (
      rid INTEGER PRIMARY KEY AUTOINCREMENT, rtype TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
      updated TEXT NOT NULL, deleted INTEGER NOT NULL, json TEXT, UNIQUE (rtype, id));
    CREATE TABLE history (
      rid INTEGER NOT NULL, version INTEGER NOT NULL, updated TEXT NOT NULL, deleted INTEGER NOT NULL, json TEXT,
      PRIMARY KEY (rid, version)) WITHOUT ROWID;
    CREATE TABLE change (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
    INSERT INTO resource (rtype, id, version, updated, deleted, json)
      VALUES ('Patient', 'old', 2, '2026-01-01T00:00:00.000Z', 0, '{"resourceType":"Patient","id":"old","active":true}');
    INSERT INTO change (event) VALUES ('{"eventId":"Patient/old/_history/2"}');`)
  db.close()
  const store = createSqliteStore({ dir: folder })
  await store.start()
  const patient = await store.read<Patient>('Patient', 'old')
  expect([patient?.active, patient?.meta?.versionId]).toEqual([true, '2'])
  expect((await store.takeChanges(10)).map(({ event }) => event.eventId)).toEqual(['Patient/old/_history/2'])
  await store.write([{ resource: { resourceType: 'Patient', id: 'new', active: true } }], { kind: 'admin' })
  expect((await store.search('Patient?active=true')).map(({ id }) => id)).toEqual(['new'])
  await store.stop()
  expect(names(join(folder, 'fhir.sqlite'))).toEqual(MIGRATIONS.map(({ name }) => name))
})

test('each step is taken once, a step that fails is taken back whole', async () => {
  const file = newFile()
  const good = { name: '0002-good', sqlite: 'CREATE TABLE once (n INTEGER)', postgres: '' }
  const bad = { name: '0003-bad', sqlite: 'CREATE TABLE half (n INTEGER); SELECT nonsense', postgres: '' }
  await migrateFile(file, [...MIGRATIONS, good])
  await migrateFile(file, [...MIGRATIONS, good])
  await expect(migrateFile(file, [...MIGRATIONS, good, bad])).rejects.toThrow()
  expect(names(file)).toEqual([...MIGRATIONS.map(({ name }) => name), '0002-good'])
  const db = new Database(file)
  expect(db.prepare("SELECT name FROM sqlite_master WHERE name IN ('once', 'half')").all()).toEqual([{ name: 'once' }])
  db.close()
})

test('a file that a newer program wrote is refused untouched', async () => {
  const file = newFile()
  const newer = { name: '9999-newer', sqlite: 'CREATE TABLE newer (n INTEGER)', postgres: '' }
  await migrateFile(file, [...MIGRATIONS, newer])
  await expect(migrateFile(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'store-schema-newer' })
  expect(names(file)).toContain('9999-newer')
})
