import { jsonFault } from './json-text.ts'

const LIMITS = { maxDepth: 4, maxValues: 10 }

test.each([
  ['[[[[1]]]]', undefined],
  ['[[[[[1]]]]]', 'depth'],
  ['{"a":{"b":{"c":{"d":[]}}}}', 'depth'],
  ['[1,2,3,4,5,6,7,8]', undefined],
  ['[1,2,3,4,5,6,7,8,9,10]', 'values'],
  ['{"a":"[[[[[[,,,,,,,,,,,,"}', undefined],
  ['{"a":"\\"[[[[[[","b":"\\\\"}', undefined],
  ['{"a":"\\\\","b":[[[[[]]]]]}', 'depth']
])('%s: %s', (text, fault) => {
  expect(jsonFault(text, LIMITS)).toBe(fault)
})

// 2^53 + 1; 0.1 with one digit more than a double tells apart; 1e400 is Infinity and 1e-400 is 0 to JSON.parse.
test.each([
  '9007199254740993',
  '0.10000000000000000001',
  '1e400',
  '-1e400',
  '1e-400',
  '12345678901234567890',
  '1'.repeat(500)
])('finds that %s would be rounded', (number) => {
  expect(jsonFault(`{"value": ${number}}`, LIMITS)).toBe('number-precision')
})

test.each(['0.30000000000000004', '1.50e3', '100000000000000000000', '1.0', '-0', '0.0e5', '1E+5', '123456789012345'])(
  'lets %s pass',
  (number) => {
    expect(jsonFault(`[${number}]`, LIMITS)).toBeUndefined()
  }
)

test.each(['"unclosed', '-', '1e', '1.2.3.4.5.6.7.8.9.10', '{"a"', ']]]', ''])(
  'leaves broken JSON (%s) to the parser',
  (text) => {
    expect(jsonFault(text, LIMITS)).toBeUndefined()
  }
)
