import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tinyPocketK, writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { writeConstantModel } from '../../test/support/constant-model.ts'
import { buildWorld } from '../../test/support/world.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-models-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

function hisbundle(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; signal: string | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'models', ...args], {
      cwd: dir,
      env: {
        PATH: process.env.PATH ?? '',
        HISBUNDLE_DATADIR: join(dir, 'data'),
        HISBUNDLE_MODELS_ROOT: join(dir, 'models'),
        ...env
      }
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
}
const serving = async () => {
  const { out } = await hisbundle(['list', '--json'])
  const { folders } = JSON.parse(out) as { folders: { role: string; folder: string; state: string }[] }
  return folders.find(({ role, state }) => role === 'pocket-k/1' && state === 'in service')?.folder
}

test.each(['models.copied', 'models.checked', 'models.pinned', 'models.renamed'])(
  'killed at %s the old model serves, and the next installation goes through',
  async (place) => {
    const folder = await writeTinyModel(dir, { name: 'ours' })
    const killed = await hisbundle(['install', folder], { TEST_FAILPOINTS: '1', TEST_FAILPOINT: place })
    expect(killed.signal).toBe('SIGKILL')
    expect(await serving()).toBe('pocket-k-1')
    const again = await hisbundle(['install', folder, '--name', 'again', '--json'])
    expect([again.code, JSON.parse(again.out)]).toEqual([0, { role: 'pocket-k/1', inUse: 'again' }])
    expect(await serving()).toBe('again')
  },
  60_000
)

test('install, list, use, roll back and remove, as a person does it', async () => {
  const folder = await writeTinyModel(dir, { name: 'ours' })
  const installed = await hisbundle(['install', folder])
  expect(installed.code).toBe(0)
  expect(installed.out).toMatch(/^ {2}parity +ok /m)
  expect(installed.out).toContain('pocket-k/1: ours is in use')
  expect((await hisbundle(['install', folder])).err).toContain('folder-exists')
  expect((await hisbundle(['use', 'pocket-k/1', 'shipped'])).code).toBe(0)
  expect(await serving()).toBe('pocket-k-1')
  expect((await hisbundle(['rollback', 'pocket-k/1'])).out).toContain('ours is in use')
  expect((await hisbundle(['remove', 'ours'])).out).toBe('removed ours; shipped is in use\n')
  expect(readdirSync(join(dir, 'models'))).toEqual(['in-use.json'])
}, 60_000)

test('a folder that fails is not installed, with the code of what failed', async () => {
  const folder = await writeTinyModel(dir, { name: 'ours', changes: { preprocessing: { id: 'own-1', inGraph: true } } })
  const { code, out } = await hisbundle(['install', folder])
  expect([code, existsSync(join(dir, 'models', 'ours'))]).toEqual([1, false])
  expect(out).toMatch(/FAILED +MODEL_UNAVAILABLE, preprocessing, model\.json preprocessing\.id/)
})

test('a server that does not answer leaves the folder ready and the earlier model in use, and the command says how to go on', async () => {
  const folder = await writeTinyModel(dir, { name: 'ours' })
  // Port 9 is that of discard: nothing listens there on a loopback that nobody set up for it.
  const { code, err } = await hisbundle(['install', folder, '--url', 'http://127.0.0.1:9'])
  expect(code).toBe(1)
  expect(err).toContain('DESTINATION_UNREACHABLE')
  expect(err).toContain('models use pocket-k/1 ours --url http://127.0.0.1:9')
  expect(await serving()).toBe('pocket-k-1')
}, 60_000)

test('a running server takes what is installed; what it refuses is not left in use', async () => {
  const root = join(dir, 'models')
  const world = await buildWorld({ mode: 'shadow', config: { models: { root } } })
  try {
    const folder = await writeConstantModel(dir, { name: 'ours', probability: 0.4 })
    const told = await hisbundle(['install', folder, '--url', world.http, '--json'])
    expect(JSON.parse(told.out)).toMatchObject({ inUse: 'ours', server: { outcome: 'swapped' } })
    const serves = () => world.app.runtime!.model('pocket-k/1').manifest.name
    expect(serves()).toBe('ours')
    // The server reads the same root; what it cannot load there it does not take, and the choice goes back.
    await writeTinyModel(root, { name: 'broken', bytes: tinyPocketK() })
    rmSync(join(root, 'broken', 'model.onnx'))
    expect((await hisbundle(['use', 'pocket-k/1', 'broken', '--url', world.http])).code).toBe(1)
    expect([serves(), await serving()]).toEqual(['ours', 'ours'])
    expect((await hisbundle(['remove', 'ours', '--url', world.http])).code).toBe(0)
    expect(serves()).toBe('pocket-k')
  } finally {
    await world.stop()
  }
}, 60_000)
