import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FhirDestinationConfig } from '../../config/schema.ts'
import { readMirrorOptions } from './options.ts'

const config = (address: string, profile: object = {}): FhirDestinationConfig => ({
  name: 'ehr',
  kind: 'fhir',
  address,
  profile,
  acceptsSynthetic: false,
  commitment: 'none'
})
const BASE = 'https://ehr.example/fhir/R4'

test('reads the base, and the token anew for each call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hb-token-'))
  const file = join(folder, 'token')
  writeFileSync(file, 'one\n')
  const options = readMirrorOptions(config(BASE, { bearerTokenFile: file }))
  expect(options).toMatchObject({ base: `${BASE}/`, patients: 'id', timeoutMs: 20_000 })
  expect(options.authorization()).toBe('Bearer one')
  writeFileSync(file, 'two')
  expect(options.authorization()).toBe('Bearer two')
  rmSync(folder, { recursive: true })
  expect(readMirrorOptions(config(BASE, { bearerTokenVariable: 'T' }), { T: 'three' }).authorization()).toBe(
    'Bearer three'
  )
  expect(readMirrorOptions(config(BASE)).authorization()).toBeUndefined()
})

test.each([
  ['an address of another kind', config('mllp://ehr.example:1'), 'address', 'not-http'],
  ['credentials in the address', config('https://user:secret@ehr.example/'), 'address', 'credentials-in-address'],
  ['a token in the configuration', config(BASE, { bearerToken: 'secret' }), 'profile', 'unknown-key'],
  ['a token that is not there', config(BASE, { bearerTokenVariable: 'T' }), 'profile', 'no-token'],
  ['a token file that is not there', config(BASE, { bearerTokenFile: '/nowhere/token' }), 'profile', 'no-token'],
  ['two tokens', config(BASE, { bearerTokenFile: 'a', bearerTokenVariable: 'T' }), 'profile', 'two-tokens'],
  ['patients by something else', config(BASE, { patients: 'name' }), 'profile.patients', 'value'],
  ['a time-out that is none', config(BASE, { timeoutMs: 0 }), 'profile.timeoutMs', 'value']
])('refuses %s with its position and no value', (_name, given, key, reason) => {
  const error = expect.objectContaining({ code: 'CONFIG_INVALID', at: `destinations ehr ${key}`, reason })
  expect(() => readMirrorOptions(given, {})).toThrow(error)
  try {
    readMirrorOptions(given, {})
  } catch (thrown) {
    expect(JSON.stringify(thrown)).not.toContain('secret')
  }
})
