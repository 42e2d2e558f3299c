import fc from 'fast-check'
import { cubicAt } from './cubic-at.ts'

test('gives back every sample, and a parabola between them', () => {
  const parabola = Float64Array.from({ length: 12 }, (_, i) => 0.5 * i * i - 3 * i + 1)
  fc.assert(
    fc.property(fc.double({ min: 1, max: 10, noNaN: true }), (at) => {
      expect(cubicAt(parabola, at)).toBeCloseTo(0.5 * at * at - 3 * at + 1, 9)
    }),
    { seed: 3003 }
  )
  for (const [i, value] of parabola.entries()) expect(cubicAt(parabola, i)).toBe(value)
})

test('is held beyond the ends, and of one sample is that', () => {
  const line = Float64Array.of(1, 2, 4)
  expect([-1, 0, 2, 9].map((at) => cubicAt(line, at))).toEqual([1, 1, 4, 4])
  expect(cubicAt(Float64Array.of(7), 0.4)).toBe(7)
  // Up to the end the line through the last two samples goes on.
  expect(cubicAt(Float64Array.of(1, 2), 0.25)).toBeCloseTo(1.25, 12)
})
