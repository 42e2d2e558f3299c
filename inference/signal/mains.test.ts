import { mainsOf } from './mains.ts'
import { seededRandom } from './seeded-random.ts'

const RATE_HZ = 500
const noise = (seed: number, hz = 0, mv = 0): Float64Array => {
  const next = seededRandom(seed)
  return Float64Array.from(
    { length: 10 * RATE_HZ },
    (_, i) => 0.02 * (next() - 0.5) + mv * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)
  )
}

test.each([50, 60] as const)('finds %d Hz in some of the leads, also where it is a little off', (hz) => {
  expect(mainsOf([noise(1), noise(2, hz, 0.05)], RATE_HZ)).toBe(hz)
  expect(mainsOf([noise(1, hz - 0.3, 0.05)], RATE_HZ)).toBe(hz)
})

test('finds none in noise, beside the mains, or where the rate does not reach', () => {
  expect(mainsOf([noise(1), noise(2)], RATE_HZ)).toBe(0)
  expect(mainsOf([noise(1, 47, 0.05)], RATE_HZ)).toBe(0)
  expect(mainsOf([noise(1, 50, 0.05)], 100)).toBe(0)
  expect(mainsOf([], RATE_HZ)).toBe(0)
})

test('passes over a lead with a gap', () => {
  const broken = noise(1, 50, 0.05)
  broken[7] = Number.NaN
  expect(mainsOf([broken], RATE_HZ)).toBe(0)
  expect(mainsOf([broken, noise(2, 50, 0.05)], RATE_HZ)).toBe(50)
})
