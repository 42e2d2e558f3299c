import fc from 'fast-check'
import type { ModelManifest } from '../../../core/model.ts'
import { butterworth } from '../filter/butterworth.ts'
import { notch } from '../filter/notch.ts'
import { filterZeroPhase } from '../filter/zero-phase.ts'
import { DOUBLE_TOLERANCE, FLOAT_TOLERANCE, golden, worst } from './fixtures/golden.ts'
import { syntheticLeads } from './fixtures/recordings.ts'
import { prepareFor } from './index.ts'
import { linearResample } from './linear-resample.ts'
import { medianWidth, publishedFilter } from './published-filter.ts'
import { runningMedian } from './running-median.ts'

const MDC = [1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8]
const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
const manifest = (id: string, leads: string[], { inGraph = false, rateHz = 500, samples = 5000 } = {}) =>
  ({
    inputs: [
      { name: 'ref', dtype: 'float32', shape: ['B', 128] },
      { name: 'ecg', dtype: 'float32', shape: ['B', leads.length, samples], rateHz, leads }
    ],
    preprocessing: { id, inGraph }
  }) as unknown as ModelManifest
const asLeads = (samples: Float64Array[]) => samples.map((each, i) => ({ mdc: MDC[i]!, samples: each }))
const row = (prepared: { data: Float32Array; dims: number[] }, index: number) =>
  prepared.data.subarray(index * prepared.dims[2]!, (index + 1) * prepared.dims[2]!)

const LOW_HZ: Record<string, number> = { 'ecgfounder-1': 0.67, 'pocketk-1': 0.5 }
const synthetic = golden.vectors.filter(({ seconds }) => seconds !== undefined)

describe.each(synthetic.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
  const leads = syntheticLeads(vector.rateHz, vector.seconds!, vector.leads)

  test.each(Object.keys(LOW_HZ))('stages of %s are those of scipy', (id) => {
    const expected = vector.ids[id]!
    const last = leads.at(-1)!
    const notched = filterZeroPhase([notch(50, vector.rateHz, { q: 30 })], last)
    const band = filterZeroPhase(butterworth(4, { lowHz: LOW_HZ[id]!, highHz: 40 }, vector.rateHz), notched)
    const level = runningMedian(band, medianWidth(vector.rateHz))
    const filtered = publishedFilter(last, vector.rateHz, { lowHz: LOW_HZ[id]!, highHz: 40 })
    const at500 = linearResample(filtered, Math.round((last.length * 500) / vector.rateHz))
    const errors = {
      notch: worst(notched, expected.stages!.notch),
      band: worst(band, expected.stages!.band),
      median: worst(level, expected.stages!.median),
      filtered: worst(filtered, expected.stages!.filtered),
      resampled: worst(at500, expected.resampled!)
    }
    expect(Math.max(...Object.values(errors))).toBeLessThanOrEqual(DOUBLE_TOLERANCE)
  })

  test.each(Object.keys(vector.ids))('the tensor of %s is that of scipy', (id) => {
    const { clips } = vector.ids[id]!
    const prepared = prepareFor(manifest(id, NAMES.slice(0, vector.leads)), asLeads(leads), vector.rateHz)
    expect(prepared.dims).toEqual([clips.length, vector.leads, 5000])
    const errors = clips.flatMap((clip, c) =>
      clip.map((expected, lead) => worst(row(prepared, c * vector.leads + lead), expected))
    )
    expect(Math.max(...errors)).toBeLessThanOrEqual(FLOAT_TOLERANCE)
  })
})

test('orders leads as the model names them, derives four of them, and leaves absent ones zero and unmasked', () => {
  const [one, two] = [new Float64Array(5000).fill(0.5), new Float64Array(5000).fill(0.9)]
  const v2 = new Float64Array(5000).fill(2)
  const prepared = prepareFor(
    manifest('hb-ecg-1', ['V2', 'aVF', 'V1', 'I', 'II', 'III', 'aVR', 'aVL'], { inGraph: true }),
    [
      { mdc: 2, samples: two },
      { mdc: 4, samples: v2 },
      { mdc: 1, samples: one }
    ],
    500
  )
  const first = prepared.dims[1]!
  expect(Array.from({ length: first }, (_, lead) => Math.round(1e6 * row(prepared, lead)[2500]!) / 1e6)).toEqual([
    2, 0.65, 0, 0.5, 0.9, 0.4, -0.7, 0.05
  ])
  expect(prepared.leadMask).toEqual({ dims: [1, 8], data: Float32Array.of(1, 1, 0, 1, 1, 1, 1, 1) })
})

test('keeps a measured lead where it could be derived', () => {
  const flat = (level: number) => new Float64Array(5000).fill(level)
  const prepared = prepareFor(
    manifest('hb-ecg-1', ['III'], { inGraph: true }),
    [
      { mdc: 1, samples: flat(1) },
      { mdc: 2, samples: flat(2) },
      { mdc: 61, samples: flat(7) }
    ],
    500
  )
  expect(row(prepared, 0)[0]).toBe(7)
})

test('without lead names the model gets the standard twelve', () => {
  const bare = manifest('hb-ecg-1', NAMES, { inGraph: true })
  delete bare.inputs[1]!.leads
  const prepared = prepareFor(bare, [{ mdc: 3, samples: new Float64Array(5000).fill(1) }], 500)
  expect(prepared.dims).toEqual([1, 12, 5000])
  expect([...prepared.leadMask.data]).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
})

test('what is in the graph is only brought to the rate and cut', () => {
  const [tone] = syntheticLeads(500, 10, 1)
  const prepared = prepareFor(manifest('ecgfounder-1', ['I'], { inGraph: true }), asLeads([tone!]), 500)
  expect(Math.max(...tone!.map((value, i) => Math.abs(value - row(prepared, 0)[i]!)))).toBeLessThan(1e-7)
})

test('goes to the rate and length that the model names', () => {
  const prepared = prepareFor(
    manifest('zscore-1', ['I'], { rateHz: 250, samples: 2500 }),
    asLeads(syntheticLeads(500, 10, 1)),
    500
  )
  expect(prepared.dims).toEqual([1, 1, 2500])
})

test.each(['hb-ecg-1', 'ecgfounder-1', 'pocketk-1', 'zscore-1'])('%s gives finite numbers of any recording', (id) => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) }, fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 600 }), (samples) => {
      const shape = manifest(id, ['I'], { inGraph: id === 'hb-ecg-1', samples: 300 })
      return prepareFor(shape, asLeads([Float64Array.from(samples)]), 250).data.every(Number.isFinite)
    }),
    { numRuns: 60 }
  )
})

test('gain and offset leave a z-score as it is', () => {
  const [one] = syntheticLeads(500, 10, 1)
  const scored = (samples: Float64Array) => row(prepareFor(manifest('pocketk-1', ['I']), asLeads([samples]), 500), 0)
  const changed = scored(one!.map((value) => 3 * value + 2))
  const plain = scored(one!)
  expect(Math.max(...plain.map((value, i) => Math.abs(value - changed[i]!)))).toBeLessThan(1e-4)
})

test('a missing stretch does not ring into what lies beside it', () => {
  const [one] = syntheticLeads(500, 10, 1)
  const torn = one!.map((value, i) => (i >= 2400 && i < 2600 ? Number.NaN : value))
  const alone = publishedFilter(one!.slice(0, 2400), 500, { lowHz: 0.5, highHz: 40 })
  const filtered = publishedFilter(torn, 500, { lowHz: 0.5, highHz: 40 })
  expect([...filtered.subarray(0, 2400)]).toEqual([...alone])
  expect(filtered.subarray(2400, 2600).every(Number.isNaN)).toBe(true)
})

test('a day of ECG costs no more than its centre', () => {
  const day = new Float64Array(500 * 3600).fill(0.3)
  expect(prepareFor(manifest('hb-ecg-1', ['I'], { inGraph: true }), asLeads([day]), 500).dims).toEqual([3, 1, 5000])
})

test('a running median is that of each window, zeros beyond the ends', () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 8 }), (samples, half) => {
      const width = 2 * half + 1
      const slow = samples.map((_, i) => {
        const window = Array.from({ length: width }, (_, k) => samples[i + k - half] ?? 0)
        return window.sort((a, b) => a - b)[half]!
      })
      // `+ 0` makes -0 the 0 it equals.
      expect(Array.from(runningMedian(Float64Array.from(samples), width), (each) => each + 0)).toEqual(slow)
    })
  )
})

test.each([
  ['an unknown id', manifest('butter-9', ['I']), 'MODEL_UNAVAILABLE', 'preprocessing'],
  [
    'an unknown id in the graph',
    manifest('hb-image-1', ['I'], { inGraph: true }),
    'MODEL_UNAVAILABLE',
    'preprocessing'
  ],
  ['no ECG input', { ...manifest('hb-ecg-1', ['I']), inputs: [] }, 'MODEL_UNAVAILABLE', 'shape']
])('refuses %s', (_, of, code, reason) => {
  expect(() => prepareFor(of, asLeads([new Float64Array(5000)]), 500)).toThrow(
    expect.objectContaining({ code, reason })
  )
})

test('refuses leads of different length, none, and a rate too low for the filters', () => {
  const of = manifest('pocketk-1', ['I', 'II'])
  for (const leads of [[], asLeads([new Float64Array(5), new Float64Array(6)])]) {
    expect(() => prepareFor(of, leads, 500)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', reason: 'leads' }))
  }
  expect(() => prepareFor(of, asLeads([new Float64Array(500)]), 75)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', reason: 'filter' })
  )
})
