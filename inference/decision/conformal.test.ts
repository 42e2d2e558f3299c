import fc from 'fast-check'
import { seededRandom } from '../signal/seeded-random.ts'
import { conformalQuantile, interval, predictionSet } from './conformal.ts'

test('an interval is as wide as the quantile says, in units of sigma', () => {
  const [low, high] = interval(5, 0.4, 1.5)
  expect([low, high].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([4.4, 5.6])
})

test.each([
  [Number.NaN, 1, 1, 'INFERENCE_FAILED'],
  [5, 0, 1, 'INFERENCE_FAILED'],
  [5, Number.NaN, 1, 'INFERENCE_FAILED'],
  [5, 1, -1, 'MODEL_UNAVAILABLE'],
  [5, 1, Infinity, 'MODEL_UNAVAILABLE']
])('no interval of mean %d, sigma %d, quantile %d: %s', (mean, sigma, quantile, code) => {
  expect(() => interval(mean, sigma, quantile)).toThrow(expect.objectContaining({ code }))
})

test('a set holds one class, both (abstain) or none', () => {
  const sets = predictionSet({ sure: 0.95, unsure: 0.5, odd: 0.5, none: 0.5 }, { sure: 0.1, unsure: 0.6, odd: 0.3 })
  expect(sets).toEqual({ sure: ['present'], unsure: ['present', 'absent'], odd: [] })
})

test('a label called like a property of every object has a set only if the model gives it a quantile', () => {
  expect(predictionSet({ constructor: 0.5 }, {})).toEqual({})
})

test('the quantile is the corrected one, and infinite when n is too small for alpha', () => {
  // ceil(10 x .9) = 9th of 9; ceil(9 x .9) = 9th of 8
  expect(conformalQuantile(Float64Array.of(9, 2, 3, 4, 5, 6, 7, 8, 1), 0.1)).toBe(9)
  expect(conformalQuantile(Float64Array.of(9, 2, 3, 4, 5, 6, 7, 8), 0.1)).toBe(Infinity)
})

test('covers new cases as often as it says', () => {
  const random = seededRandom(2002)
  const score = () => Math.abs(random() + random() + random() - 1.5)
  let covered = 0
  for (let draw = 0; draw < 400; draw++) {
    const quantile = conformalQuantile(
      Float64Array.from({ length: 99 }, () => score()),
      0.1
    )
    if (score() <= quantile) covered++
  }
  // 90 % expected; SE of 400 draws 1.5 %
  expect(covered / 400).toBeGreaterThan(0.85)
  expect(covered / 400).toBeLessThan(0.95)
})

test('a larger quantile never makes a set or an interval smaller', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(part, part, part, (p, q1, q2) => {
      const [small, large] = [Math.min(q1, q2), Math.max(q1, q2)]
      const [narrow, wide] = [small, large].map((q) => predictionSet({ x: p }, { x: q })['x']!)
      return narrow!.every((each) => wide!.includes(each))
    })
  )
})
