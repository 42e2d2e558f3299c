import { hash } from 'node:crypto'
import type { Patient } from '@medplum/fhirtypes'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, startPostgres } from './cluster.ts'

const CAUSE = { kind: 'ingest' } as const
let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterAll(async () => {
  await closeAll()
  await cluster.stop()
})

/** Letters that do not compress: an index entry of PostgreSQL holds 2,704 bytes. */
const long = (first: number, length: number): string =>
  Array.from({ length }, (_, i) => String.fromCodePoint(first + ((i * 7919) % 1009))).join('')

/** 9,000 digits that do not compress. */
const HEX = Array.from({ length: 141 }, (_, i) => hash('sha256', String(i))).join('')

test.each<[string, Partial<Patient>]>([
  ['a name', { name: [{ family: long(0x4e00, 9000) }] }],
  ['a name that grows when it is normalised', { name: [{ family: '\ufdfa'.repeat(400) }] }],
  ['an identifier', { identifier: [{ system: `urn:${long(0x4e00, 9000)}`, value: long(0x4e00, 9000) }] }],
  ['a profile', { meta: { profile: [`http://example.org/${HEX}`] } }],
  ['a reference', { managingOrganization: { reference: `http://example.org/${long(0x4e00, 9000)}` } }]
])('%s longer than an index entry is kept', async (_name, more) => {
  const store = await openStore(accessOf(cluster.url))
  await store.write([{ resource: { resourceType: 'Patient', id: 'long', ...more } as Patient & { id: string } }], CAUSE)
  expect(await store.read('Patient', 'long')).toMatchObject(more)
})

test('a NUL, which PostgreSQL has no place for, is kept in the resource and found as anything else', async () => {
  const store = await openStore(accessOf(cluster.url))
  const patient = { resourceType: 'Patient', id: 'nul', identifier: [{ system: 'urn:x', value: 'a\u0000b' }] } as const
  const outcome = await store.write([{ resource: structuredClone(patient) as never }], CAUSE).then(
    () => 'kept',
    (error: { code: string }) => error.code
  )
  // Valid or not is for the validator to say; what it lets pass must not fail at the database.
  expect(['kept', 'FHIR_INVALID']).toContain(outcome)
  if (outcome === 'kept') expect((await store.read<Patient>('Patient', 'nul'))?.identifier?.[0]?.value).toBe('a\u0000b')
  expect(await store.search('Patient?identifier=a%00b')).toHaveLength(outcome === 'kept' ? 1 : 0)
  expect(await store.sql.all('SELECT 1 AS one WHERE ? = ?', ['a\u0000', 'a\u0000'])).toEqual([{ one: 1 }])
})
