import { stringifyJson } from '../../core/json-numbers.ts'
import { readJson } from './read-json.ts'

test.each(['0.30000000000000004', '1.50e3', '100000000000000000000', '-0.000001', '123456789012345', '1e100'])(
  'keeps the value and the digits of %s',
  (number) => {
    const read = readJson(`{"value":${number}}`) as { value: number }
    expect(read.value).toBe(Number(number))
    expect(stringifyJson(read)).toBe(`{"value":${number}}`)
  }
)

// 2^53 + 1 and 0.1 with one digit more than a double tells apart; 1e400 is Infinity to JSON.parse.
test.each(['9007199254740993', '0.10000000000000000001', '1e400', '12345678901234567890'])(
  'refuses %s rather than rounding it',
  (number) => {
    expect(() => readJson(`{"value":${number}}`)).toThrow(
      expect.objectContaining({ code: 'FHIR_INVALID', reason: 'number-precision' })
    )
  }
)

test('digits inside a text are no number', () => {
  expect(readJson('{"value":"12345678901234567890"}')).toEqual({ value: '12345678901234567890' })
})

test('broken JSON is refused without being quoted', () => {
  expect(() => readJson('{"name": Mustermann')).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', reason: 'json' })
  )
  expect(() => readJson('{"name": Mustermann')).not.toThrow(/Mustermann/)
})
