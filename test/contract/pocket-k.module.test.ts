import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import type { PocketKInput } from '../../inference/modules/pocket-k/types.ts'
import { writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { moduleContract } from './module.contract.ts'

const MODULE = { id: 'pocket-k', url: new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href }
const HZ = 500

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  await writeTinyModel(root, { site: { bands: { 'k-gt-5.5': { lowBelow: 0.2, highFrom: 0.5 } } } })
  runtime = createRuntime({ shippedRoot: root, modules: [MODULE], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

/** One R wave and one T wave a second, mV, with a converter's last step as noise. */
function leadI(seconds: number, rateHz = HZ): Float64Array {
  return Float64Array.from({ length: seconds * rateHz }, (_, i) => {
    const t = (i / rateHz) % 1
    return (
      Math.exp(-0.5 * ((t - 0.3) / 0.015) ** 2) +
      0.25 * Math.exp(-0.5 * ((t - 0.6) / 0.05) ** 2) +
      0.003 * ((i % 7) - 3)
    )
  })
}
const input = (changes: Partial<PocketKInput> = {}, samples = leadI(10), rateHz = HZ): PocketKInput => ({
  lead: { samples, rateHz, unit: 'mV' },
  age: 60,
  ...changes
})

moduleContract({
  module: pocketK as never,
  runtime: () => runtime,
  good: () => input(),
  hostile: [
    ['an empty lead', 'too-short', () => input({}, new Float64Array(0))],
    ['a flat lead', 'quality-unacceptable', () => input({}, new Float64Array(5000))],
    ['a lead of NaN', 'quality-unacceptable', () => input({}, new Float64Array(5000).fill(Number.NaN))],
    [
      'one missing sample',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value, i) => (i === 99 ? Number.NaN : value))
        )
    ],
    [
      'infinite samples',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value, i) => (i === 99 ? Number.POSITIVE_INFINITY : value))
        )
    ],
    [
      'a clipped lead',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value) => Math.min(value, 0.15))
        )
    ],
    [
      'microvolts called millivolts',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value) => value * 1000)
        )
    ],
    ['a rate of 100 Hz', 'rate-too-low', () => input({}, leadI(10, 100), 100)],
    ['no rate', 'rate-too-low', () => input({}, leadI(10), Number.NaN)],
    ['eight seconds', 'too-short', () => input({}, leadI(8))],
    ['no Lead I', 'lead-missing', () => ({ age: 60 })],
    ['an unknown unit', 'unit-unknown', () => input({ lead: { samples: leadI(10), rateHz: HZ, unit: '' } })],
    ['a paced heart', 'paced', () => input({ paced: true })],
    [
      'exchanged arms',
      'lead-reversal',
      () =>
        input(
          { avr: leadI(10) },
          leadI(10).map((value) => -value)
        )
    ],
    ['a child', 'age-out-of-range', () => input({ age: 17 })],
    ['an unknown age', 'demographics-missing', () => input({ age: undefined })]
  ]
})

test('9 s are padded and limited; 30 s are three clips whose mean is served', async () => {
  const short = await runtime.run<{ quality: { reasons: string[] } }>('pocket-k', input({}, leadI(9)))
  expect(short.quality.reasons).toContain('zero-padded')
  const long = await runtime.run<{ clips: number[]; probabilities: Record<string, number> }>(
    'pocket-k',
    input({}, leadI(30))
  )
  expect(long.clips).toHaveLength(3)
  expect(long.probabilities['k-gt-5.5']).toBeCloseTo(long.clips.reduce((sum, value) => sum + value, 0) / 3, 6)
})

test('250 Hz and 1000 Hz score within 0.02 of 500 Hz', async () => {
  const score = async (rateHz: number) =>
    (await runtime.run<{ probabilities: Record<string, number> }>('pocket-k', input({}, leadI(10, rateHz), rateHz)))
      .probabilities['k-gt-5.5']!
  const at500 = await score(500)
  expect(Math.abs((await score(250)) - at500)).toBeLessThan(0.02)
  expect(Math.abs((await score(1000)) - at500)).toBeLessThan(0.02)
})

test('refuses to load with a changed model file', async () => {
  const other = await mkdtemp(join(tmpdir(), 'changed-'))
  await appendFile(join(await writeTinyModel(other), 'model.onnx'), 'x')
  const changed = createRuntime({ shippedRoot: other, modules: [MODULE], workers: 1 })
  await changed.start()
  expect(() => changed.model('pocket-k/1')).toThrow(expect.objectContaining({ code: 'MODEL_CHANGED' }))
  await expect(changed.run('pocket-k', input())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  await changed.stop()
  await rm(other, { recursive: true })
})
