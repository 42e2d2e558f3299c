import { calibrated } from './calibrate.ts'
import { labelCalibration } from './label-calibration.ts'

const byLabel = {
  method: 'beta',
  params: {
    high: { a: 2, b: 1, c: 0.5 },
    low: { method: 'isotonic', x: [-2, 0], y: [0.1, 0.4] },
    prevalences: { high: 0.02 }
  }
}
const labels = ['high', 'low', 'unshown']

test('each label has its own parameters, and may have its own method', () => {
  // As in calibrate.test.ts: beta a 2, b 1, c .5 takes the logit -1 to .1402444; half way between .1 and .4 is .25.
  expect(calibrated(-1, labelCalibration(byLabel, 'high', labels))).toBeCloseTo(0.1402444, 6)
  expect(calibrated(-1, labelCalibration(byLabel, 'low', labels))).toBeCloseTo(0.25, 6)
})

test('a label without its own stays as the graph gives it, where the others have theirs', () => {
  expect(calibrated(-1, labelCalibration(byLabel, 'unshown', labels))).toBeCloseTo(1 / (1 + Math.E), 9)
})

test('one set of parameters holds for all labels; what is missing is refused by whoever applies it', () => {
  const one = { method: 'platt', params: { slope: 1.2, intercept: 0.1, prevalences: { high: 0.02 } } }
  expect(labelCalibration(one, 'low', labels)).toBe(one)
  expect(() => calibrated(0, labelCalibration({ method: 'beta', params: {} }, 'low', labels))).toThrow('calibration')
})
