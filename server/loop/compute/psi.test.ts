import { mulberry32 } from '../../../inference/metrics/bootstrap.ts'
import { chiSquareQuantile, MIN_WEEK, psi } from './psi.ts'

const values = (count: number, seed: number, shift = 0): number[] => {
  const next = mulberry32(seed)
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) + shift
  )
}
const one = (now: (number | null)[], reference: Parameters<typeof psi>[0]['inputs'][number]['reference']) =>
  psi({ inputs: [{ name: 'x', now, reference }], breach: 0.25 })[0]!

test('is the sum over deciles of (a - e) ln(a / e)', () => {
  // By hand: uniform deciles of 0..9 in tenths; 100 values of 0 and 100 of 9.5: shares with half a case more of ten bins.
  const deciles = Array.from({ length: 9 }, (_, i) => i + 1)
  const now = [...new Array<number>(100).fill(0), ...new Array<number>(100).fill(9.5)]
  const [full, empty] = [100.5 / 205, 0.5 / 205]
  const expected = 2 * (full - 0.1) * Math.log(full / 0.1) + 8 * (empty - 0.1) * Math.log(empty / 0.1)
  expect(one(now, { deciles }).psi).toBeCloseTo(expected, 10)
})

test('a shift of a standard deviation is a breach, none is none', () => {
  const reference = { values: values(500, 1) }
  expect(one(values(200, 2, 1), reference).verdict).toBe('breach')
  expect(one(values(200, 3), reference).verdict).toBe('stable')
})

test('what chance does at these numbers is no breach, however high the index', () => {
  // A hundred of now against two hundred: .25 is what one look in a few gives.
  const row = one(values(MIN_WEEK, 11), { values: values(200, 12) })
  expect(row.chance).toBeGreaterThan(0.25)
  expect(row.verdict).not.toBe('breach')
})

test('fewer than a hundred values, and deciles that fall together, are not judged', () => {
  expect(one(values(MIN_WEEK - 1, 1), { values: values(500, 2) })).toMatchObject({ verdict: 'not-judged', psi: null })
  expect(one(values(200, 1), { deciles: [0, 0, 0, 0, 0, 0, 1, 1, 1] })).toMatchObject({ verdict: 'not-judged' })
})

test('a value that is missing more often than before is a breach', () => {
  const now = [...values(100, 5), ...new Array<null>(100).fill(null)]
  expect(one(now, { values: values(500, 6) }).verdict).toBe('breach')
  const deciles = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816]
  expect(one(now, { deciles, missing: 0.05 }).verdict).toBe('breach')
  // Nobody says how often it was missing: left out.
  expect(one(now, { deciles })).toMatchObject({ n: 100 })
  expect(one(now, { deciles }).verdict).not.toBe('breach')
})

test.each([
  // Tables: chi-square, upper quantiles.
  [0.95, 9, 16.919],
  [0.99, 9, 21.666],
  [0.999, 9, 27.877],
  [0.99, 3, 11.345]
])('quantile %d of chi-square with %d degrees is %d', (p, degrees, expected) => {
  expect(Math.abs(chiSquareQuantile(p, degrees) / expected - 1)).toBeLessThan(0.02)
})
