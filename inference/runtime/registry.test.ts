import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { floats, node, onnxModel } from './fixtures/onnx-writer.ts'
import { tinyManifest, tinyPocketK, writeTinyModel } from './fixtures/tiny-pocket-k.ts'
import { chosen, readInUse, writeInUse } from './in-use.ts'
import { discoverModels } from './registry.ts'
import { createRuntime } from './runtime.ts'

let shippedRoot: string
let siteRoot: string
beforeEach(async () => {
  shippedRoot = await mkdtemp(join(tmpdir(), 'shipped-'))
  siteRoot = await mkdtemp(join(tmpdir(), 'site-'))
  await writeTinyModel(shippedRoot)
})
afterEach(async () => {
  await rm(shippedRoot, { recursive: true })
  await rm(siteRoot, { recursive: true })
})

const folderOf = async (choices?: Record<string, string>) => {
  const entry = (await discoverModels({ shippedRoot, siteRoot, choices })).get('pocket-k/1')
  return entry?.kind === 'model' ? entry.folder.dir : entry?.error.code
}

test('serves the shipped folder when the site has none', async () => {
  expect(await folderOf()).toBe(join(shippedRoot, 'pocket-k-1'))
})

test('lets a site folder outrank the shipped one, unless the shipped one is named', async () => {
  await writeTinyModel(siteRoot, { name: 'ours' })
  expect(await folderOf()).toBe(join(siteRoot, 'ours'))
  expect(await folderOf({ 'pocket-k/1': 'shipped' })).toBe(join(shippedRoot, 'pocket-k-1'))
})

test('refuses the start when two site folders serve one role and none is named', async () => {
  await writeTinyModel(siteRoot, { name: 'ours-a' })
  await writeTinyModel(siteRoot, { name: 'ours-b' })
  await expect(folderOf()).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'two-models' })
  expect(await folderOf({ 'pocket-k/1': 'ours-b' })).toBe(join(siteRoot, 'ours-b'))
  await expect(folderOf({ 'pocket-k/1': 'ours-c' })).rejects.toMatchObject({ reason: 'model-unknown' })
})

test('serves what a person put in use, before any other rule, unless the configuration names another', async () => {
  await writeTinyModel(siteRoot, { name: 'ours-a' })
  await writeTinyModel(siteRoot, { name: 'ours-b' })
  await writeInUse(siteRoot, new Map([['pocket-k/1', { folder: 'ours-b', before: [] }]]))
  expect(await folderOf()).toBe(join(siteRoot, 'ours-b'))
  expect(await folderOf({ 'pocket-k/1': 'ours-a' })).toBe(join(siteRoot, 'ours-a'))
  await writeInUse(siteRoot, new Map([['pocket-k/1', { folder: 'shipped', before: ['ours-b'] }]]))
  expect(await folderOf()).toBe(join(shippedRoot, 'pocket-k-1'))
})

test('refuses the role when the folder in use is gone, and falls back to no other', async () => {
  await writeTinyModel(siteRoot, { name: 'ours-a' })
  await writeInUse(siteRoot, new Map([['pocket-k/1', { folder: 'ours-b', before: [] }]]))
  const entry = (await discoverModels({ shippedRoot, siteRoot })).get('pocket-k/1')
  expect(entry).toMatchObject({ kind: 'refused', error: { code: 'MODEL_UNAVAILABLE', reason: 'folder-missing' } })
})

test.each(['{', '[]', '{"pocket-k/1":{"folder":"../x","before":[]}}', '{"pocket-k/1":{"folder":"a"}}'])(
  'refuses the start when what is in use reads %s',
  async (text) => {
    await writeFile(join(siteRoot, 'in-use.json'), text)
    await expect(folderOf()).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'in-use' })
  }
)

test('remembers what was in use before, each once', async () => {
  const first = chosen(undefined, 'a', 'shipped')
  expect(first).toEqual({ folder: 'a', before: ['shipped'] })
  const third = chosen(chosen(first, 'b', undefined), 'a', undefined)
  expect(third).toEqual({ folder: 'a', before: ['b', 'shipped'] })
  await writeInUse(siteRoot, new Map([['r/1', third]]))
  expect(await readInUse(siteRoot)).toEqual(new Map([['r/1', third]]))
})

test('does not see folders that are being copied or removed', async () => {
  const dir = await writeTinyModel(siteRoot, { name: 'ours' })
  await rename(dir, join(siteRoot, '.staging-ours'))
  expect(await folderOf()).toBe(join(shippedRoot, 'pocket-k-1'))
})

test.each(['model.onnx', 'model.json'])('refuses a folder whose %s is a link to elsewhere', async (file) => {
  const dir = await writeTinyModel(siteRoot, { name: 'ours' })
  const elsewhere = join(shippedRoot, `other-${file}`)
  await copyFile(join(dir, file), elsewhere)
  await rm(join(dir, file))
  await symlink(elsewhere, join(dir, file))
  // A model.json that is a link makes no model folder at all.
  expect(await folderOf()).toBe(file === 'model.json' ? join(shippedRoot, 'pocket-k-1') : 'MODEL_UNAVAILABLE')
})

test('refuses a model file that is a pipe, without waiting for somebody to write into it', async () => {
  const dir = await writeTinyModel(siteRoot, { name: 'ours' })
  await rm(join(dir, 'model.onnx'))
  execFileSync('mkfifo', [join(dir, 'model.onnx')])
  const entry = (await discoverModels({ shippedRoot, siteRoot })).get('pocket-k/1')
  expect(entry).toMatchObject({ error: { code: 'MODEL_UNAVAILABLE', reason: 'not-a-file' } })
})

test('refuses a model file above the limit of the site', async () => {
  await writeTinyModel(siteRoot, { name: 'ours' })
  const entry = (await discoverModels({ shippedRoot, siteRoot, maxSiteBytes: 100 })).get('pocket-k/1')
  expect(entry).toMatchObject({ error: { code: 'MODEL_UNAVAILABLE', reason: 'too-large' } })
})

test('refuses a head when another encoder serves, and takes it back with the right one', async () => {
  const encoder = await writeTinyModel(siteRoot, { name: 'encoder', changes: { implements: 'ecg-encoder/1' } })
  const sha256 = 'c'.repeat(64)
  await writeTinyModel(siteRoot, { name: 'head', changes: { encoder: { role: 'ecg-encoder/1', sha256 } } })
  const head = async () => (await discoverModels({ shippedRoot, siteRoot })).get('pocket-k/1')
  expect(await head()).toMatchObject({ kind: 'refused', error: { reason: 'encoder' } })
  const right = tinyManifest(tinyPocketK()).sha256
  await writeTinyModel(siteRoot, { name: 'head', changes: { encoder: { role: 'ecg-encoder/1', sha256: right } } })
  expect(await head()).toMatchObject({ kind: 'model' })
  await rm(encoder, { recursive: true })
  expect(await head()).toMatchObject({ kind: 'refused', error: { reason: 'encoder' } })
})

test('lays a site.json under the name of a shipped folder over the shipped one, object by object', async () => {
  await writeFile(
    join(shippedRoot, 'pocket-k-1', 'site.json'),
    JSON.stringify({ assumedPrevalence: 0.02, calibration: { a: 1 }, bands: { a: 1 } })
  )
  await mkdir(join(siteRoot, 'pocket-k-1'))
  await writeFile(
    join(siteRoot, 'pocket-k-1', 'site.json'),
    JSON.stringify({ assumedPrevalence: 0.05, calibration: { b: 2 } })
  )
  const entry = (await discoverModels({ shippedRoot, siteRoot })).get('pocket-k/1')
  expect(entry).toMatchObject({
    kind: 'model',
    folder: {
      dir: join(shippedRoot, 'pocket-k-1'),
      shipped: true,
      site: { assumedPrevalence: 0.05, calibration: { a: 1, b: 2 }, bands: { a: 1 } }
    }
  })
})

test.each(['{', '[]', 'null'])('refuses the role when what the site laid over it reads %s', async (text) => {
  await mkdir(join(siteRoot, 'pocket-k-1'))
  await writeFile(join(siteRoot, 'pocket-k-1', 'site.json'), text)
  expect(await folderOf()).toBe('MODEL_UNAVAILABLE')
})

test('refuses a model file that is not the named one, and does not fall back to the shipped one', async () => {
  const dir = await writeTinyModel(siteRoot, { name: 'ours' })
  const changed = tinyPocketK()
  changed[changed.length - 20]! ^= 1
  await writeFile(join(dir, 'model.onnx'), changed)
  expect(await folderOf()).toBe('MODEL_CHANGED')
})

test.each([
  ['a file outside the folder', { file: '../model.onnx' }, 'model.json file'],
  ['an operator set above 17', { opset: 18 }, 'model.json opset'],
  ['a claim of clinical use', { notForClinicalUse: false as true }, 'model.json notForClinicalUse'],
  ['a hash that is none', { sha256: 'abc' }, 'model.json sha256']
])('refuses a manifest with %s', async (_, changes, at) => {
  await rm(join(shippedRoot, 'pocket-k-1'), { recursive: true })
  await writeTinyModel(shippedRoot, { changes })
  const entry = (await discoverModels({ shippedRoot })).get('pocket-k/1')
  expect(entry).toMatchObject({ kind: 'refused', error: { code: 'MODEL_UNAVAILABLE', reason: 'manifest', at } })
})

test('refuses a graph whose input has another length than the manifest says, and serves nothing for the role', async () => {
  const shorter = onnxModel({
    nodes: [node('Mul', ['ecg', 'two'], 'mean')],
    constants: [floats('two', [1], [2])],
    inputs: { ecg: ['batch', 1, 4000] },
    outputs: { mean: ['batch', 1, 4000] }
  })
  await writeTinyModel(shippedRoot, { bytes: shorter })
  const runtime = createRuntime({ shippedRoot, modules: [], workers: 1 })
  await runtime.start()
  expect(() => runtime.model('pocket-k/1')).toThrow(
    expect.objectContaining({ code: 'MODEL_UNAVAILABLE', reason: 'shape' })
  )
  await expect(
    runtime.inferTensor('pocket-k/1', { ecg: { dims: [1, 1, 4000], data: new Float32Array(4000) } })
  ).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  expect(runtime.stats().roles).toEqual([{ role: 'pocket-k/1', refused: 'MODEL_UNAVAILABLE' }])
  await runtime.stop()
})
