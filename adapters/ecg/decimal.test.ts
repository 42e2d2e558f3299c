import { decimalText } from './decimal.ts'

test.each([
  [0.1 + 0.2, '0.3'],
  [2.5, '2.5'],
  [0.00488 * 1000, '4.88'],
  [-150, '-150'],
  [1e-7, '0.0000001'],
  [0, '0']
])('writes %p as %s', (value, text) => {
  expect(decimalText(value)).toBe(text)
})
