import fc from 'fast-check'
import { calibrated } from './calibrate.ts'

test.each([
  // By hand: e^-1 odds; 1/(1+e^1) = .26894; z/2 = -.5 -> .37754; 1.2 * -1 + .1 = -1.1 -> .24974.
  ['none', {}, -1, 0.2689414],
  ['temperature', { temperature: 2 }, -1, 0.3775407],
  ['platt', { slope: 1.2, intercept: 0.1 }, -1, 0.2497399],
  // s = .2689414: 2 ln s - ln(1 - s) + .5 = 2 * -1.3132617 + .3132617 + .5 = -1.8132617 -> .1402444.
  ['beta', { a: 2, b: 1, c: 0.5 }, -1, 0.1402444],
  // Half way between the knots (-2, .1) and (0, .4).
  ['isotonic', { x: [-2, 0, 3], y: [0.1, 0.4, 0.4] }, -1, 0.25],
  ['isotonic', { x: [-2, 0, 3], y: [0.1, 0.4, 0.4] }, -9, 0.1],
  ['isotonic', { x: [-2, 0, 3], y: [0.1, 0.4, 0.4] }, 9, 0.4],
  ['temperature', { temperature: 0.5, inGraph: true }, -1, 0.2689414]
])('%s with %j takes the logit %d to %d', (method, params, logit, expected) => {
  expect(calibrated(logit, { method, params })).toBeCloseTo(expected, 6)
})

test('beta with a = b = 1 and c = 0 is the identity (Kull 2017)', () => {
  for (const z of [-13, -2, 0, 1, 12])
    expect(calibrated(z, { method: 'beta', params: { a: 1, b: 1, c: 0 } })).toBeCloseTo(1 / (1 + Math.exp(-z)), 6)
})

test('no method ever turns the order of two cases round, or leaves 1e-6 .. 1 - 1e-6', () => {
  const methods = fc.oneof(
    fc.record({
      method: fc.constant('temperature'),
      params: fc.record({ temperature: fc.double({ min: 0.1, max: 9, noNaN: true }) })
    }),
    fc.record({
      method: fc.constant('platt'),
      params: fc.record({
        slope: fc.double({ min: 0.01, max: 5, noNaN: true }),
        intercept: fc.double({ min: -5, max: 5, noNaN: true })
      })
    }),
    fc.record({
      method: fc.constant('beta'),
      params: fc.record({
        a: fc.double({ min: 0, max: 4, noNaN: true }),
        b: fc.double({ min: 0.01, max: 4, noNaN: true }),
        c: fc.double({ min: -3, max: 3, noNaN: true })
      })
    }),
    fc.constant({ method: 'isotonic', params: { x: [-3, -1, 0, 2], y: [0.01, 0.1, 0.1, 0.9] } })
  )
  const z = fc.double({ min: -50, max: 50, noNaN: true })
  fc.assert(
    fc.property(methods, z, z, (calibration, one, other) => {
      const [low, high] = [calibrated(Math.min(one, other), calibration), calibrated(Math.max(one, other), calibration)]
      return low <= high + 1e-12 && low >= 1e-6 && high <= 1 - 1e-6
    }),
    { seed: 3003, numRuns: 300 }
  )
})

test.each([
  ['an unknown method', 'spline', {}],
  ['a falling line', 'platt', { slope: -1, intercept: 0 }],
  ['no parameters', 'platt', {}],
  ['a temperature of 0', 'temperature', { temperature: 0 }],
  ['a negative exponent', 'beta', { a: -1, b: 1, c: 0 }],
  ['falling steps', 'isotonic', { x: [0, 1], y: [0.4, 0.3] }],
  ['unsorted knots', 'isotonic', { x: [1, 0], y: [0.1, 0.3] }],
  ['probabilities above 1', 'isotonic', { x: [0, 1], y: [0.4, 1.3] }]
])('refuses %s', (_what, method, params) => {
  expect(() => calibrated(0, { method, params })).toThrow('reason calibration')
})
