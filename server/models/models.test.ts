import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../core/ids.ts'
import type { ModelManifest } from '../../core/model.ts'
import { floats, int64s, node, onnxModel } from '../../inference/runtime/fixtures/onnx-writer.ts'
import { tinyPocketK, writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { readInUse } from '../../inference/runtime/in-use.ts'
import { checkFolder } from './check/check-folder.ts'
import { pin, rollBack, type SitePlaces, servingName, useAnotherThan, useFolder } from './choices.ts'
import { installFolder, removeFolder } from './install.ts'
import { listFolders } from './listing.ts'

const ROLE = 'pocket-k/1'
let dir: string
let root: string
let places: SitePlaces
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'models-'))
  root = join(dir, 'site')
  places = { shippedRoot: join(dir, 'shipped'), siteRoot: root }
  await writeTinyModel(places.shippedRoot)
})
afterEach(() => rm(dir, { recursive: true }))

const source = (changes: Partial<ModelManifest> = {}, bytes = tinyPocketK(7), name = 'ours') =>
  writeTinyModel(join(dir, 'from'), { name, changes, bytes })
const rowOf = async (folder: string, check: string, options = {}) =>
  (await checkFolder(folder, options)).rows.find((row) => row.check === check)
const golden = async (folder: string, expected: number, more: object = {}) => {
  await mkdir(join(folder, 'golden'), { recursive: true })
  await writeFile(join(folder, 'golden', 'flat.f32'), new Uint8Array(20_000))
  const vectors = [{ name: 'flat', input: 'flat.f32', expected: { mean: expected }, ...more }]
  await writeFile(join(folder, 'golden', 'golden.json'), JSON.stringify({ tolerance: 1e-5, vectors }))
}

describe('check', () => {
  test('a folder in order passes every question', async () => {
    const folder = await source()
    await golden(folder, 7)
    const { passed, rows } = await checkFolder(folder, { serving: () => undefined })
    expect([passed, rows.map(({ check, outcome }) => `${check}: ${outcome}`)]).toEqual([
      true,
      [
        'files: passed',
        'manifest, sha256: passed',
        'load, shapes, warm-up: passed',
        'calibration, limits: passed',
        'batch: passed',
        'parity: passed',
        'golden vectors: passed',
        'encoder: passed',
        'latency: passed'
      ]
    ])
  })

  const broken: [string, () => Promise<string>, string, object][] = [
    [
      'another file than named',
      async () => {
        const folder = await source()
        await writeFile(join(folder, 'model.onnx'), tinyPocketK(5))
        return folder
      },
      'manifest, sha256',
      { code: 'MODEL_CHANGED' }
    ],
    [
      'two labels of one name',
      () =>
        source({
          outputs: [
            {
              name: 'probability',
              role: 'probability',
              labels: ['a', 'b', 'a', 'c'].map((key) => ({ key, coding: [] }))
            }
          ]
        }),
      'manifest, sha256',
      { reason: 'label-twice' }
    ],
    [
      'an unknown preparation',
      () => source({ preprocessing: { id: 'x', inGraph: true } }),
      'manifest, sha256',
      { reason: 'preprocessing' }
    ],
    [
      'other shapes',
      () => source({ inputs: [{ name: 'ecg', dtype: 'float32', shape: ['B', 1, 4000] }] }),
      'load, shapes, warm-up',
      { reason: 'shape' }
    ],
    ['weights that are no numbers', () => source({}, tinyPocketK(Number.NaN)), 'parity', { reason: 'not-finite' }],
    ['no graph', () => source({}, new Uint8Array(64)), 'load, shapes, warm-up', { reason: 'load' }],
    [
      'a calibration that falls',
      () => source({ calibration: { method: 'platt', params: { slope: -1, intercept: 0 } } }),
      'calibration, limits',
      { reason: 'calibration' }
    ],
    [
      'a head for another encoder',
      () => source({ encoder: { role: 'ecg-encoder/1', sha256: 'a'.repeat(64) } }),
      'encoder',
      { code: 'MODEL_UNAVAILABLE', reason: 'encoder' }
    ],
    [
      'golden vectors that say otherwise',
      async () => {
        const folder = await source()
        await golden(folder, 7.1)
        return folder
      },
      'golden vectors',
      { reason: 'golden' }
    ],
    [
      'a file of golden vectors that leads out of the folder',
      async () => {
        const folder = await source()
        await writeFile(join(folder, 'flat.f32'), new Uint8Array(20_000))
        await golden(folder, 7, { input: '../flat-of-others.f32' })
        return folder
      },
      'golden vectors',
      { reason: 'file-missing' }
    ],
    [
      'a link to elsewhere',
      async () => {
        const folder = await source()
        await symlink('/etc/hostname', join(folder, 'card.md'))
        return folder
      },
      'files',
      { reason: 'link' }
    ],
    [
      'a pipe',
      async () => {
        const folder = await source()
        execFileSync('mkfifo', [join(folder, 'card.md')])
        return folder
      },
      'files',
      { reason: 'not-a-file' }
    ]
  ]
  test.each(broken)('%s is found and coded', async (_, make, check, failure) => {
    const { passed, rows } = await checkFolder(await make(), { serving: () => 'b'.repeat(64) })
    expect(passed).toBe(false)
    expect(rows.find((row) => row.check === check)).toMatchObject({ outcome: 'failed', ...failure })
  })

  test('optimisation that changes answers is found: a zero Pad before a MaxPool without a Clip', async () => {
    // -|x| - 1 is negative everywhere, so the padded zeros are the maxima at the ends.
    const bytes = onnxModel({
      nodes: [
        node('Abs', ['ecg'], 'size'),
        node('Neg', ['size'], 'below'),
        node('Sub', ['below', 'one'], 'lower'),
        node('Pad', ['lower', 'pads'], 'padded'),
        node('MaxPool', ['padded'], 'mean', [
          { name: 'kernel_shape', ints: [3] },
          { name: 'strides', ints: [2] }
        ])
      ],
      constants: [floats('one', [1], [1]), int64s('pads', [0, 0, 1, 0, 0, 1])],
      inputs: { ecg: ['B', 1, 9] },
      outputs: { mean: ['B', 1, 5] }
    })
    const ecg = { name: 'ecg', dtype: 'float32', shape: ['B', 1, 9], rateHz: 500, leads: ['I'] }
    const folder = await source({ inputs: [ecg], outputs: [{ name: 'mean', role: 'mean' }] }, bytes)
    expect(await rowOf(folder, 'parity')).toMatchObject({ outcome: 'failed', reason: 'parity' })
  })

  test('says in a word what it could not ask', async () => {
    const folder = await source({ calibration: { method: 'none' } })
    await golden(folder, 7, { path: 'ecg/ptbxl/none.dat', sha256: 'a'.repeat(64), input: undefined })
    expect(await rowOf(folder, 'golden vectors')).toMatchObject({ outcome: 'skipped' })
    expect(await rowOf(folder, 'golden vectors', { dataDir: dir })).toMatchObject({ outcome: 'skipped' })
    expect(await rowOf(folder, 'calibration, limits')).toMatchObject({ outcome: 'remark' })
  })

  test('a model above the limit of the site is refused before it is read', async () => {
    expect(await rowOf(await source(), 'files', { maxSiteBytes: 100 })).toMatchObject({ reason: 'too-large' })
  })
})

describe('install', () => {
  test('copies the folder whole and leaves nothing beside it', async () => {
    const folder = await source()
    await golden(folder, 7)
    const { name } = await installFolder(folder, { root })
    expect(name).toBe('ours')
    expect(await readdir(root)).toEqual(['ours'])
    for (const file of ['model.json', 'model.onnx', 'golden/golden.json', 'golden/flat.f32'])
      expect(sha256(await readFile(join(root, 'ours', file)))).toBe(sha256(await readFile(join(folder, file))))
  })

  test('a folder that fails a check is not installed', async () => {
    const { name, check } = await installFolder(await source({}, new Uint8Array(64)), { root })
    expect([name, check.passed, await readdir(root)]).toEqual([undefined, false, []])
  })

  test('never replaces a folder, nor takes a name that is none', async () => {
    const folder = await source()
    await installFolder(folder, { root })
    await expect(installFolder(folder, { root })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      reason: 'folder-exists'
    })
    await expect(installFolder(folder, { root, name: '../x' })).rejects.toMatchObject({ reason: 'folder-name' })
    await expect(installFolder(folder, { root, name: '.hidden' })).rejects.toMatchObject({ reason: 'folder-name' })
  })

  test('takes away what a killed installation left, but nothing that goes on', async () => {
    for (const name of ['.staging-old', '.staging-new']) await mkdir(join(root, name), { recursive: true })
    await utimes(join(root, '.staging-old'), new Date(0), new Date(0))
    await installFolder(await source(), { root })
    expect((await readdir(root)).sort()).toEqual(['.staging-new', 'ours'])
  })
})

describe('choices', () => {
  const install = async (name: string, base: number) => {
    const folder = await source({}, tinyPocketK(base), name)
    await installFolder(folder, { root, beforeRename: (role) => pin(role, places) })
  }

  test('an installed folder serves only when it is put in use, and the way back is remembered', async () => {
    await install('ours', 7)
    expect(await servingName(ROLE, places)).toBe('shipped')
    await useFolder(ROLE, 'ours', places)
    expect(await servingName(ROLE, places)).toBe('ours')
    await install('newer', 8)
    expect(await servingName(ROLE, places)).toBe('ours')
    await useFolder(ROLE, 'newer', places)
    await rollBack(ROLE, places)
    expect(await servingName(ROLE, places)).toBe('ours')
    expect((await readInUse(root)).get(ROLE)).toEqual({ folder: 'ours', before: ['newer', 'shipped'] })
  })

  test('a choice that the server did not follow is taken back', async () => {
    await install('ours', 7)
    const { undo } = await useFolder(ROLE, 'ours', places)
    await undo()
    expect(await servingName(ROLE, places)).toBe('shipped')
  })

  test('what serves is removed only after another does; without another it stays', async () => {
    await install('ours', 7)
    await useFolder(ROLE, 'ours', places)
    expect((await useAnotherThan('ours', places))?.folder).toBe('shipped')
    await removeFolder(root, 'ours')
    expect([existsSync(join(root, 'ours')), await servingName(ROLE, places)]).toEqual([false, 'shipped'])
    const alone = await source({ implements: 'anyecg/1' }, tinyPocketK(9), 'alone')
    await installFolder(alone, { root })
    await useFolder('anyecg/1', 'alone', places)
    await expect(useAnotherThan('alone', places)).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'in-use' })
  })

  test.each([
    ['a folder that is not there', ROLE, 'none', { code: 'MODEL_UNAVAILABLE', reason: 'folder-missing' }],
    ['a folder of another role', 'anyecg/1', 'ours', { code: 'CONFIG_INVALID', reason: 'role' }],
    ['shipped, where nothing ships', 'anyecg/1', 'shipped', { code: 'CONFIG_INVALID', reason: 'role' }]
  ])('refuses %s', async (_, role, folder, error) => {
    await install('ours', 7)
    await expect(useFolder(role, folder, places)).rejects.toMatchObject(error)
  })

  test('what the configuration names outranks what is chosen here, and that is said', async () => {
    await install('ours', 7)
    await expect(useFolder(ROLE, 'ours', { ...places, choices: { [ROLE]: 'shipped' } })).rejects.toMatchObject({
      reason: 'named-in-configuration'
    })
  })

  test('there is no way back where nothing was before', async () => {
    await expect(rollBack(ROLE, places)).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'no-earlier' })
  })

  test('the list says of every folder what it is to its role', async () => {
    await install('ours', 7)
    await cp(join(root, 'ours'), join(root, 'damaged'), { recursive: true })
    await writeFile(join(root, 'damaged', 'model.onnx'), 'x')
    expect((await listFolders(places)).map(({ folder, state, code }) => [folder, state, code])).toEqual([
      ['pocket-k-1', 'in service', undefined],
      ['damaged', 'refused', 'MODEL_CHANGED'],
      ['ours', 'not in use', undefined]
    ])
  })
})
