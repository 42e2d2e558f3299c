import { seededRandom } from '../../../test/support/seeded-random.ts'
import { approximateEntropy } from './approximate.ts'
import { ALPHA_1, ALPHA_2, dfa } from './dfa.ts'
import { fuzzyEntropy } from './fuzzy.ts'
import { higuchiDimension } from './higuchi.ts'
import { katzDimension } from './katz.ts'
import { lempelZiv } from './lempel-ziv.ts'
import { multiscaleEntropy } from './multiscale.ts'
import { sampleEntropy } from './sample.ts'
import { shannonEntropy } from './shannon.ts'

const next = seededRandom(1001)
const NOISE = Float64Array.from({ length: 2000 }, () => 800 + 100 * (next() + next() + next() - 1.5))
const WALK = Float64Array.from(NOISE)
for (let i = 1; i < WALK.length; i++) WALK[i] = WALK[i - 1]! + NOISE[i]! - 800
const SINE = Float64Array.from({ length: 2000 }, (_, i) => 800 + 50 * Math.sin(i / 5))

test.each([
  ['approximate', approximateEntropy],
  ['sample', sampleEntropy],
  ['fuzzy', fuzzyEntropy]
])('%s entropy ranks noise above a sine', (_, entropy) => {
  expect(entropy(NOISE)!).toBeGreaterThan(2 * entropy(SINE)!)
})

test.each([
  ['approximate', approximateEntropy],
  ['sample', sampleEntropy],
  ['fuzzy', fuzzyEntropy],
  ['Higuchi', higuchiDimension],
  ['Lempel-Ziv', lempelZiv],
  ['DFA', (series: Float64Array) => dfa(series, ALPHA_1)]
])('%s does not mind gain and offset', (_, index) => {
  const series = NOISE.subarray(0, 500)
  expect(index(series.map((value) => 3 * value + 100))).toBeCloseTo(index(series)!, 6)
})

test('knows noise (alpha 0.5, dimension 2) from a random walk (alpha 1.5, dimension 1.5)', () => {
  expect(dfa(NOISE, ALPHA_2)).toBeCloseTo(0.5, 0)
  expect(dfa(WALK, ALPHA_2)).toBeCloseTo(1.5, 0)
  expect(higuchiDimension(NOISE)).toBeCloseTo(2, 1)
  expect(Math.abs(higuchiDimension(WALK)! - 1.5)).toBeLessThan(0.1)
  expect(higuchiDimension(Float64Array.from({ length: 500 }, (_, i) => i))).toBeCloseTo(1, 6)
})

test('counts words: coin tosses come near 1, alternation near 0', () => {
  expect(Math.abs(lempelZiv(NOISE)! - 1)).toBeLessThan(0.15)
  expect(
    lempelZiv(
      Float64Array.from({ length: 1000 }, (_, i) => i % 2),
      { about: 'mean' }
    )
  ).toBeCloseTo((3 * Math.log2(1000)) / 1000, 9)
})

test('keeps the entropy of white noise falling over scales, as Costa et al. 2002 show', () => {
  const scales = multiscaleEntropy(NOISE)!
  expect(scales).toHaveLength(5)
  for (let k = 1; k < 5; k++) expect(scales[k]!).toBeLessThan(scales[k - 1]!)
})

test('gives one bit for two equally likely intervals, and the dimension 1 of a straight line', () => {
  expect(shannonEntropy(Float64Array.from({ length: 200 }, (_, i) => 800 + 100 * (i % 2)))).toBeCloseTo(1, 12)
  expect(katzDimension(Float64Array.from({ length: 200 }, (_, i) => i))).toBeCloseTo(1, 12)
})

test('refuses short and constant series instead of answering NaN', () => {
  const constant = new Float64Array(600).fill(800)
  for (const index of [
    approximateEntropy,
    sampleEntropy,
    fuzzyEntropy,
    multiscaleEntropy,
    higuchiDimension,
    katzDimension
  ]) {
    expect(index(NOISE.subarray(0, 90))).toBeUndefined()
    expect(index(constant)).toBeUndefined()
  }
  expect(dfa(constant, ALPHA_1)).toBeUndefined()
  expect(dfa(NOISE.subarray(0, 60), ALPHA_1)).toBeUndefined()
})
