import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordWorld } from '../../test/support/record.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { createSettings, type Settings } from './settings.ts'
import { siteSecret } from './site-secret.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
let settings: Settings
let dir: string
beforeEach(async () => {
  world = await recordWorld()
  settings = createSettings(world.store.sql)
  await settings.define()
  dir = mkdtempSync(join(tmpdir(), 'hb-secret-'))
})
afterEach(async () => {
  await world.stop()
  rmSync(dir, { recursive: true })
})

const configOf = (more: Partial<Config> = {}): Config => ({
  ...loadConfig({ env: {}, override: { dataDir: dir } }),
  ...more
})
const shared = { store: { kind: 'postgres' } as Config['store'] }

test('beside an embedded store: made once, the owner alone may read it', async () => {
  const made = await siteSecret(configOf(), settings)
  expect(made).toMatch(/^[0-9a-f]{64}$/)
  expect(await siteSecret(configOf(), settings)).toBe(made)
  expect(statSync(join(dir, 'site-secret')).mode & 0o777).toBe(0o600)
})

test('on a store that processes share: two that start at once have the same', async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, () => siteSecret(configOf(shared), settings)))
  expect(new Set(secrets).size).toBe(1)
})

test('another secret than the store was written with is refused: everything would be written a second time', async () => {
  const made = await siteSecret(configOf(), settings)
  const file = join(dir, 'other')
  writeFileSync(file, `${made}\n`)
  expect(await siteSecret(configOf({ ...shared, siteSecretFile: file }), settings)).toBe(made)
  writeFileSync(file, 'f'.repeat(64))
  await expect(siteSecret(configOf({ siteSecretFile: file }), settings)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    at: 'siteSecretFile',
    reason: 'not-the-secret-of-this-store'
  })
})

test.each([
  ['short', 'too-short'],
  [undefined, 'not-readable']
])('a secret file that holds %s is refused', async (content, reason) => {
  const file = join(dir, 'given')
  if (content) writeFileSync(file, content)
  await expect(siteSecret(configOf({ siteSecretFile: file }), settings)).rejects.toMatchObject({ reason })
})
