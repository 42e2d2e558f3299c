import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../core/ids.ts'
import type { ModelManifest } from '../../core/model.ts'
import { tinyPocketK, writeTinyModel } from './fixtures/tiny-pocket-k.ts'
import { writeInUse } from './in-use.ts'
import { createRuntime, type InferenceRuntime, type RuntimeModule, type RuntimeOptions } from './runtime.ts'

const ROLE = 'pocket-k/1'
const PROBE: RuntimeModule = { id: 'probe', url: new URL('./fixtures/probe-module.ts', import.meta.url).href }
/** Of a flat trace `mean` is its base: 4 of the shipped one. */
const OTHER_BASE = 7
const FLAT = { ecg: { dims: [1, 1, 5000], data: new Float32Array(5000) } }

let shippedRoot: string
let siteRoot: string
let runtime: InferenceRuntime | undefined
beforeEach(async () => {
  shippedRoot = await mkdtemp(join(tmpdir(), 'shipped-'))
  siteRoot = await mkdtemp(join(tmpdir(), 'site-'))
  await writeTinyModel(shippedRoot)
})
afterEach(async () => {
  await runtime?.stop()
  await Promise.all([shippedRoot, siteRoot].map((root) => rm(root, { recursive: true, force: true })))
})

async function started(options: Partial<RuntimeOptions> = {}): Promise<InferenceRuntime> {
  runtime = createRuntime({ shippedRoot, siteRoot, modules: [PROBE], workers: 1, ...options })
  await runtime.start()
  return runtime
}
const installOther = (changes: Partial<ModelManifest> = {}) =>
  writeTinyModel(siteRoot, { name: 'other', bytes: tinyPocketK(OTHER_BASE), changes })
const meanOf = async (from: InferenceRuntime) => (await from.inferTensor(ROLE, FLAT))['mean']!.data[0]
const shaOf = (base?: number) => sha256(tinyPocketK(base))

test('says that nothing changed, and changes nothing', async () => {
  const runtime = await started()
  expect(await runtime.reload()).toEqual([])
  expect(runtime.stats()).toMatchObject({ generation: 1, swaps: { done: 0, failed: 0 } })
})

test('puts a new folder in service and takes it out again', async () => {
  const runtime = await started()
  await installOther()
  expect(await runtime.reload()).toEqual([{ role: ROLE, from: shaOf(), to: shaOf(OTHER_BASE) }])
  expect(await meanOf(runtime)).toBe(OTHER_BASE)
  expect(runtime.model(ROLE).manifest.sha256).toBe(shaOf(OTHER_BASE))
  await writeInUse(siteRoot, new Map([[ROLE, { folder: 'shipped', before: ['other'] }]]))
  expect(await runtime.reload()).toEqual([{ role: ROLE, from: shaOf(OTHER_BASE), to: shaOf() }])
  expect(await meanOf(runtime)).toBe(4)
  expect(runtime.stats()).toMatchObject({ generation: 3, swaps: { done: 2, failed: 0 }, completed: 2, failed: 0 })
})

test('under load no request fails, and each is answered by one of the two', async () => {
  const runtime = await started({ workers: 2 })
  let isOver = false
  const answers: (number | undefined)[] = []
  const load = Array.from({ length: 6 }, async () => {
    while (!isOver) answers.push(await meanOf(runtime))
  })
  await installOther()
  for (const folder of ['other', 'shipped', 'other']) {
    await writeInUse(siteRoot, new Map([[ROLE, { folder, before: [] }]]))
    expect(await runtime.reload()).toHaveLength(1)
  }
  const last = await meanOf(runtime)
  isOver = true
  await Promise.all(load)
  expect(new Set(answers)).toEqual(new Set([4, OTHER_BASE]))
  expect(last).toBe(OTHER_BASE)
  expect(runtime.stats()).toMatchObject({ completed: answers.length + 1, failed: 0, busy: 0 })
})

test('what was begun before the swap is answered by the old model, what waits for a worker too', async () => {
  const runtime = await started({ depth: 1 })
  const counterOfRuns = runtime.run('probe', { do: 'spin', ms: 300 })
  const waiting = meanOf(runtime)
  await installOther()
  await runtime.reload()
  expect(await meanOf(runtime)).toBe(OTHER_BASE)
  expect(await waiting).toBe(4)
  await counterOfRuns
})

test('does not answer with another model than the one that was looked at', async () => {
  const runtime = await started()
  const { generation } = runtime
  await installOther()
  await runtime.reload()
  await expect(runtime.run('probe', { do: 'echo' }, {}, { generation })).rejects.toMatchObject({
    code: 'INFERENCE_BUSY',
    reason: 'swapped'
  })
  expect(await runtime.run('probe', { do: 'echo' }, {}, { generation: runtime.generation })).toEqual({
    thread: 'worker'
  })
})

describe('keeps the old model when the new one', () => {
  const damage: [string, () => Promise<unknown>, object][] = [
    [
      'is not the file that its manifest names',
      async () => writeFile(join(await installOther(), 'model.onnx'), tinyPocketK(5)),
      { code: 'MODEL_CHANGED' }
    ],
    ['has a wrong manifest', () => installOther({ opset: 99 }), { code: 'MODEL_UNAVAILABLE', reason: 'manifest' }],
    [
      'does not load',
      () => writeTinyModel(siteRoot, { name: 'other', bytes: new Uint8Array(64) }),
      { code: 'MODEL_UNAVAILABLE', reason: 'load' }
    ],
    [
      'has other shapes',
      () => installOther({ inputs: [{ name: 'ecg', dtype: 'float32', shape: ['B', 1, 4000] }] }),
      { code: 'MODEL_UNAVAILABLE', reason: 'shape' }
    ],
    [
      'was trained on another encoder',
      () => installOther({ encoder: { role: 'ecg-encoder/1', sha256: 'a'.repeat(64) } }),
      { code: 'MODEL_UNAVAILABLE', reason: 'encoder' }
    ]
  ]
  test.each(damage)('%s', async (_, install, error) => {
    const runtime = await started()
    await install()
    await expect(runtime.reload()).rejects.toMatchObject({ ...error, at: ROLE })
    expect(await meanOf(runtime)).toBe(4)
    expect(runtime.ready).toBe(true)
    expect(runtime.stats()).toMatchObject({ generation: 1, swaps: { done: 0, failed: 1 } })
  })
})

test('a root that has gone is no wish to serve the shipped models', async () => {
  await installOther()
  const runtime = await started()
  await rm(siteRoot, { recursive: true })
  await expect(runtime.reload()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'root-missing' })
  expect(await meanOf(runtime)).toBe(OTHER_BASE)
})

describe('a head and its encoder', () => {
  const ENCODER = 'ecg-encoder/1'
  const install = (name: string, base: number, changes: Partial<ModelManifest>) =>
    writeTinyModel(siteRoot, { name, bytes: tinyPocketK(base), changes })
  const encoder = (base: number) => install('encoder', base, { implements: ENCODER })
  const head = (base: number) =>
    install('head', 9, { implements: 'anyecg/1', encoder: { role: ENCODER, sha256: shaOf(base) } })
  const reasonOf = (runtime: InferenceRuntime) => {
    try {
      return runtime.model('anyecg/1').manifest.sha256
    } catch (error) {
      return (error as { reason?: string }).reason
    }
  }

  test('with another encoder the head is refused, and comes back with its own', async () => {
    await encoder(5)
    await head(5)
    const runtime = await started()
    expect(reasonOf(runtime)).toBe(shaOf(9))
    await encoder(6)
    expect((await runtime.reload()).map(({ role }) => role)).toEqual(['anyecg/1', ENCODER])
    expect(reasonOf(runtime)).toBe('encoder')
    await encoder(5)
    await runtime.reload()
    expect(reasonOf(runtime)).toBe(shaOf(9))
  })

  test('a head for another encoder than the one in service does not replace one that fits; with its encoder it does', async () => {
    await encoder(5)
    await head(5)
    const runtime = await started()
    await head(6)
    await expect(runtime.reload()).rejects.toMatchObject({ reason: 'encoder', at: 'anyecg/1' })
    await encoder(6)
    expect(await runtime.reload()).toHaveLength(2)
    expect(reasonOf(runtime)).toBe(shaOf(9))
  })

  test('an encoder that does not load refuses its head at the start', async () => {
    await writeTinyModel(siteRoot, { name: 'encoder', bytes: new Uint8Array(64), changes: { implements: ENCODER } })
    const broken = sha256(new Uint8Array(64))
    await install('head', 9, { implements: 'anyecg/1', encoder: { role: ENCODER, sha256: broken } })
    expect(reasonOf(await started())).toBe('encoder')
  })
})

test('a stop during a reload leaves no worker behind', async () => {
  const runtime = await started()
  await installOther()
  const reload = runtime.reload()
  reload.catch(() => {})
  await runtime.stop()
  await expect(reload).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
})

test('reloads follow one another: two at once swap once', async () => {
  const runtime = await started()
  await installOther()
  const [one, two] = await Promise.all([runtime.reload(), runtime.reload()])
  expect([one!.length, two!.length]).toEqual([1, 0])
  expect(runtime.generation).toBe(2)
})
