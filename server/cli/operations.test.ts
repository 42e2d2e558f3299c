import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMetrics } from '../../test/support/prometheus.ts'
import { buildWorld, type World } from '../../test/support/world.ts'

/** The commands of an operator, as processes of their own beside a running server. */
const MAIN = join(import.meta.dirname, 'main.ts')
const dir = mkdtempSync(join(tmpdir(), 'hb-operations-'))
const logged: Record<string, unknown>[] = []
let world: World
beforeAll(async () => {
  world = await buildWorld({ logLevel: 'info', logStream: { write: (line) => void logged.push(JSON.parse(line)) } })
})
afterAll(async () => {
  await world.stop()
  rmSync(dir, { recursive: true })
})

function hisbundle(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { NODE_OPTIONS: _mine, ...env } = process.env
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      cwd: dir,
      env: { ...env, HISBUNDLE_DATADIR: world.dataDir }
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
const outbound = (what: string) => hisbundle('outbound', what, '--url', world.http, '--json')
const page = async (path: string) => (await fetch(`${world.http}${path}`)).text()

test('outbound off, status and on: durable, visible on every page, with a line in the log that says who', async () => {
  expect(await outbound('status')).toMatchObject({ code: 0, out: '{"outbound":true}\n' })
  expect(await outbound('off')).toMatchObject({ code: 0, out: '{"outbound":false}\n' })
  expect(await outbound('status')).toMatchObject({ code: 0, out: '{"outbound":false}\n' })
  expect(JSON.parse(await page('/readyz'))).toMatchObject({ ready: true, notes: ['outbound-off'] })
  expect(parseMetrics(await page('/metrics')).get('hisbundle_outbound_enabled')).toBe(0)
  expect(await outbound('on')).toMatchObject({ code: 0, out: '{"outbound":true}\n' })
  expect(JSON.parse(await page('/readyz'))).not.toHaveProperty('notes')
  expect(logged.filter(({ event }) => event === 'outbound-switch')).toMatchObject([
    { on: false, client: 'local' },
    { on: true, client: 'local' }
  ])
  expect((await outbound('maybe')).code).toBe(2)
}, 60_000)

test('retention says what would go, and goes', async () => {
  const dry = await hisbundle('retention', '--dry-run', '--url', world.http, '--json')
  expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, delivered: 0, blobs: { count: 0 } })
  const real = await hisbundle('retention', '--url', world.http)
  expect(real).toMatchObject({ code: 0, out: expect.stringContaining('gone: 0 delivered item(s)') })
})

test('backup, verify-backup and restore: bad usage is 2, what cannot be done is 1 with its code', async () => {
  const saved = join(dir, 'saved')
  expect((await hisbundle('backup')).code).toBe(2)
  expect((await hisbundle('restore', '--from', saved)).code).toBe(2)
  const made = await hisbundle('backup', '--to', saved, '--json')
  expect(JSON.parse(made.out)).toMatchObject({ startedAt: expect.any(String), blobs: expect.any(Number) })
  expect(await hisbundle('backup', '--to', saved)).toMatchObject({
    code: 1,
    err: expect.stringContaining('BACKUP_TARGET')
  })
  expect(await hisbundle('verify-backup', saved)).toMatchObject({ code: 0, out: expect.stringContaining('whole:') })
  expect(await hisbundle('verify-backup', dir)).toMatchObject({
    code: 1,
    err: expect.stringContaining('BACKUP_INVALID')
  })
  const restored = await hisbundle('restore', '--from', saved, '--to', join(dir, 'restored'))
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('restored: everything acknowledged before') })
}, 90_000)

test('a request without the right to it is counted as refused access', async () => {
  const before =
    parseMetrics(await page('/metrics')).get('hisbundle_access_refused_total{code="NOT_PERMITTED",transport="http"}') ??
    0
  const crossSite = await fetch(`${world.http}/fhir/R4/Patient`, { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(crossSite.status).toBe(403)
  const after = parseMetrics(await page('/metrics')).get(
    'hisbundle_access_refused_total{code="NOT_PERMITTED",transport="http"}'
  )
  expect(after).toBe(before + 1)
})
