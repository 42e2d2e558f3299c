import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Observation, Patient } from '@medplum/fhirtypes'
import { fhirStoreContract } from '../../../test/contract/fhir-store.contract.ts'
import { compileCriteria, matches } from './criteria.ts'
import { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from './store.ts'

const CAUSE = { kind: 'ingest' } as const
const folders: string[] = []
const newFolder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'hisbundle-store-'))
  folders.push(dir)
  return dir
}
const opened: SqliteStore[] = []
async function open(dir: string, options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
  const store = createSqliteStore({ dir, ...options })
  opened.push(store)
  await store.start()
  return store
}
afterAll(async () => {
  for (const store of opened.splice(0)) await store.stop()
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true })
})

fhirStoreContract('sqlite', async () => {
  const dir = newFolder()
  let store = await open(dir)
  return {
    store,
    async reopen() {
      await store.stop()
      store = await open(dir)
      return store
    },
    dispose: () => store.stop()
  }
})

test('transactions that wait together share one fsync, shown on a disk that takes 4 ms', async () => {
  const store = await open(newFolder(), { commitDelayMs: 4 })
  await store.write([{ resource: { resourceType: 'Patient', id: 'warm' } }], CAUSE)
  const before = store.stats()
  await Promise.all(
    Array.from({ length: 400 }, (_, i) => store.write([{ resource: { resourceType: 'Patient', id: `p${i}` } }], CAUSE))
  )
  const { commits, transactions } = store.stats()
  expect(transactions - before.transactions).toBe(400)
  expect((transactions - before.transactions) / (commits - before.commits)).toBeGreaterThanOrEqual(5)
})

test('a writer that dies fails what waits with STORE_UNAVAILABLE and is started again', async () => {
  const store = await open(newFolder())
  await store.write([{ resource: { resourceType: 'Patient', id: 'before' } }], CAUSE)
  const waiting = store
    .write([{ resource: { resourceType: 'Patient', id: 'during' } }], CAUSE)
    .catch((error) => error.code)
  await store.crashWriter()
  expect(['STORE_UNAVAILABLE', undefined]).toContain(
    await waiting.then((code) => (typeof code === 'string' ? code : undefined))
  )
  const [after] = await store.write([{ resource: { resourceType: 'Patient', id: 'after' } }], CAUSE)
  expect(after?.outcome).toBe('created')
  expect(store.stats().restarts).toBe(1)
})

test('too much waiting is refused with BACK_PRESSURE, and the store goes on', async () => {
  const store = await open(newFolder(), { commitDelayMs: 20, maxWaiting: 10 })
  const codes = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      store.write([{ resource: { resourceType: 'Patient', id: `p${i}` } }], CAUSE).then(
        () => 'done',
        (error) => error.code
      )
    )
  )
  expect(new Set(codes)).toEqual(new Set(['done', 'BACK_PRESSURE']))
  expect((await store.write([{ resource: { resourceType: 'Patient', id: 'later' } }], CAUSE))[0]?.outcome).toBe(
    'created'
  )
})

test('what a killed process had been told was written is there, whole (SIGKILL)', async () => {
  for (let round = 0; round < 3; round++) {
    const dir = newFolder()
    const child = spawn(process.execPath, [fileURLToPath(new URL('./kill-child.ts', import.meta.url)), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' }
    })
    let told = ''
    child.stdout.on('data', (bytes: Buffer) => {
      told += bytes.toString()
      if (told.split('\n').length > 60 + round * 40) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const ids = told.split('\n').slice(0, -1)
    expect(ids.length).toBeGreaterThan(50)
    const store = await open(dir)
    for (const id of ids) {
      expect((await store.read<Patient>('Patient', id))?.active).toBe(true)
      expect((await store.read<Patient>('Patient', `${id}-b`))?.id).toBe(`${id}-b`)
    }
    const changes = await store.takeChanges(100_000)
    const all = await store.sql.all<{ n: number }>('SELECT COUNT(*) AS n FROM resource')
    expect(changes).toHaveLength(Number(all[0]!.n))
  }
})

describe('criteria of subscriptions', () => {
  const risk: Observation = {
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
    subject: { reference: 'Patient/p' },
    valueQuantity: { value: 6.4, unit: 'mmol/L' }
  }

  test.each([
    ['Observation?code=http://loinc.org|2823-3', true],
    ['Observation?code=2823-3&value-quantity=gt6', true],
    ['Observation?value-quantity=gt7', false],
    ['Observation?patient=q', false],
    ['Observation', true],
    ['Patient?active=true', false]
  ])('%s judges the resource: %s', (criteria, expected) => {
    expect(matches(criteria, risk)).toBe(expected)
    expect(matches(criteria, risk)).toBe(expected)
  })

  test.each([
    'Observation?shoe-size=1',
    'Mystery?x=1',
    'Observation?patient.name=x',
    'Observation?_sort=date',
    'Observation?date=soon',
    ''
  ])('refuses %p, which could never be judged', (criteria) => {
    expect(() => compileCriteria(criteria)).toThrow(expect.objectContaining({ code: 'FHIR_SEARCH_UNSUPPORTED' }))
  })
})
