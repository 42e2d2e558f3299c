import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A checkout without dependencies, so that `npm ci` needs no network. */
function checkout(): string {
  const root = mkdtempSync(join(tmpdir(), 'his-bundle-setup-'))
  cpSync('scripts/setup.mjs', join(root, 'scripts', 'setup.mjs'))
  const own = { name: 'checkout', version: '1.0.0' }
  writeFileSync(join(root, 'package.json'), JSON.stringify(own))
  const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own } }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock))
  return root
}

/** Runs set-up; resolves with its exit status and what it said. */
function setUp(root: string): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, said })))
}

test('of commands that begin at once in a fresh checkout one installs and the others wait for it', async () => {
  const root = checkout()
  const runs = await Promise.all(Array.from({ length: 4 }, () => setUp(root)))
  expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0])
  expect(runs.filter(({ said }) => said.includes('installed in'))).toHaveLength(1)
  expect((await setUp(root)).said).toBe('')
  expect(existsSync(join(root, '.hisbundle', 'setup.lock'))).toBe(false)
  rmSync(root, { recursive: true })
})

test('a lock whose process was killed holds nobody up', async () => {
  const root = checkout()
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  mkdirSync(join(root, '.hisbundle', 'setup.lock'), { recursive: true })
  writeFileSync(join(root, '.hisbundle', 'setup.lock', 'pid'), String(gone))
  const { status, said } = await setUp(root)
  expect(status).toBe(0)
  expect(said).toContain('installed in')
  rmSync(root, { recursive: true })
})
