import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createMllpClient } from '../adapters/transports/mllp/client.ts'
import { admission } from '../test/integration/support/hospital.ts'

/**
 * The program from only what the Dockerfile copies, with the dependencies that are not for development, on a tree that its
 * user cannot write to. As root the user is `nobody`; else the tree is closed to the one who runs the tests.
 */
const ROOT = join(import.meta.dirname, '..')
const NOBODY = 65534
const isRoot = process.getuid?.() === 0
const base = mkdtempSync(join(tmpdir(), 'hb-image-'))
const app = join(base, 'app')
const data = join(base, 'data')
const tmp = join(base, 'tmp')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** The patterns of .dockerignore that are used there: names, `*` within a name, `**` across folders. */
const ignored = read('.dockerignore')
  .split('\n')
  .filter(Boolean)
  .map((pattern) => {
    const expression = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\//g, '\u0000')
      .replace(/\*/g, '[^/]*')
      .replace(/\u0000/g, '(.*/)?')
    return new RegExp(`^${expression}(/|$)`)
  })

function copyTree(): void {
  mkdirSync(app)
  const copies = read('docker/Dockerfile')
    .split('\n')
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
    // The second stage's; the first one's are for npm ci.
    .filter((line) => !line.includes('.npmrc'))
  for (const line of copies) {
    const paths = line.slice('COPY '.length).split(' ')
    const target = paths.pop()!
    for (const path of paths) {
      const to = paths.length > 1 ? join(app, target, path) : join(app, target)
      mkdirSync(dirname(to), { recursive: true })
      const filter = (from: string) => !ignored.some((pattern) => pattern.test(relative(ROOT, from)))
      cpSync(join(ROOT, path), to, { recursive: true, filter })
    }
  }
  const lock = read('package-lock.json')
  const { packages } = JSON.parse(lock) as { packages: Record<string, { dev?: boolean }> }
  for (const [path, { dev }] of Object.entries(packages)) {
    const isOwnNode = /^node_modules\/node-(linux|win)-/.test(path)
    if (path !== '' && !dev && !isOwnNode && existsSync(join(ROOT, path))) linkPackage(path)
  }
  writeFileSync(join(app, 'node_modules', '.his-bundle-lock-sha256'), createHash('sha256').update(lock).digest('hex'))
}

/** Hard links of a package's own files; packages inside it stand in the lock by themselves. */
function linkPackage(path: string): void {
  const walk = (from: string): void => {
    mkdirSync(join(app, from), { recursive: true })
    for (const entry of readdirSync(join(ROOT, from), { withFileTypes: true })) {
      const each = join(from, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') walk(each)
      } else if (entry.isFile()) linkOrCopy(join(ROOT, each), join(app, each))
    }
  }
  walk(path)
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    cpSync(from, to)
  }
}

/** Folders closed for writing; the linked files are the checkout's own and stay as they are. */
function close(folder: string, mode: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) close(join(folder, entry.name), mode)
  chmodSync(folder, mode)
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const children: ChildProcess[] = []
function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: app,
    env: {
      PATH: '/usr/bin:/bin',
      NODE_ENV: 'production',
      HISBUNDLE_DATADIR: data,
      TMPDIR: tmp,
      HOME: '/nonexistent',
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {})
  })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout!.on('data', (chunk) => {
    out += chunk
  })
  child.stderr!.on('data', (chunk) => {
    err += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, out: () => out, err: () => err }
}

let before: string[]
beforeAll(() => {
  chmodSync(base, 0o755)
  copyTree()
  for (const folder of [data, tmp]) mkdirSync(folder, { mode: 0o700 })
  if (isRoot) for (const folder of [data, tmp]) chownSync(folder, NOBODY, NOBODY)
  close(app, 0o555)
  before = files(app).sort()
}, 60_000)
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  close(app, 0o755)
  rmSync(base, { recursive: true, force: true })
})

test('serves, is healthy, takes a message durably, and ends on SIGTERM, without a byte written beside its data', async () => {
  const config = join(base, 'hisbundle.config.json')
  const feeds = [{ name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC' }]
  writeFileSync(config, JSON.stringify({ http: { port: 0 }, feeds }))
  const server = run([
    '--disable-warning=ExperimentalWarning',
    'server/cli/main.ts',
    'serve',
    '--config',
    config,
    '--json'
  ])
  const up = await new Promise<{ http: string; feeds: { address: string }[] }>((resolve, reject) => {
    server.child.stdout!.on('data', () => server.out().includes('\n') && resolve(JSON.parse(server.out())))
    void server.ended.then((code) => reject(new Error(`ended with ${code}: ${server.err()}`)))
  })
  const health = run(['docker/healthcheck.mjs'], { HISBUNDLE_HTTP_PORT: new URL(up.http).port })
  expect(await health.ended).toBe(0)
  expect(await run(['docker/healthcheck.mjs'], { HISBUNDLE_HTTP_PORT: '1' }).ended).toBe(1)
  const { hostname: host, port } = new URL(up.feeds[0]!.address.replace('mllp:', 'http:'))
  const client = createMllpClient({ host, port: Number(port), maxInFlight: 1, timeoutMs: 10_000 })
  const now = new Date()
  const message = admission({
    controlId: 'I1',
    visit: 'V',
    admittedAt: now,
    at: now,
    mrn: '1',
    family: 'Sim',
    birthDate: '19500301',
    sex: 'F'
  })
  expect((await client.send(message)).code).toBe('AA')
  await client.close()
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(files(app).sort()).toEqual(before)
  expect(files(tmp)).toEqual([])
  expect(readdirSync(data).sort()).toEqual(expect.arrayContaining(['blobs', 'bus.sqlite', 'store']))
  expect(statSync(join(data, 'site-secret')).mode & 0o077).toBe(0)
}, 60_000)

test('the command line works from there too, and installs nothing', async () => {
  const help = run(['bin/hisbundle.mjs', 'help'])
  expect(await help.ended).toBe(0)
  expect(help.out()).toContain('backup --to DIR')
  expect(help.err()).toBe('')
  const backup = run(['bin/hisbundle.mjs', 'backup', '--to', join(data, 'backup'), '--json'])
  expect([await backup.ended, backup.err()]).toEqual([0, expect.stringContaining('blobs copied')])
  expect(await run(['bin/hisbundle.mjs', 'verify-backup', join(data, 'backup')]).ended).toBe(0)
}, 60_000)

test('no test, no sample and no development tool is in the image', () => {
  const odd = before
    .map((path) => relative(app, path))
    .filter((path) => !path.startsWith('node_modules/') && /\.test\.ts$|\.hl7$/.test(path))
  expect(odd).toEqual([])
  expect(
    ['typescript', 'jest', '@biomejs/biome'].filter((name) => existsSync(join(app, 'node_modules', name)))
  ).toEqual([])
})
