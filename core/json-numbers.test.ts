import {
  collectTexts,
  copyJson,
  dropTexts,
  parseJson,
  restoreTexts,
  sameTexts,
  stringifyJson,
  takeText
} from './json-numbers.ts'

/** Each where the text shows it as it is, and where it is inside of a list. */
const UNUSUAL = ['1.0', '0.010', '1.50', '-1.0', '100.00', '0.0', '-0', '-0.0', '1e2', '1E2', '1.5e-3', '0.0000001']
const USUAL = ['0', '1', '-1', '10', '100', '0.01', '37.5', '1e-7', '1e+21', '-0.000001']
const LARGE = ['1000000000000000000000', '-123e20']

describe('numbers keep their digits', () => {
  test.each([...UNUSUAL, ...USUAL, ...LARGE])('%s', (number) => {
    for (const text of [`{"value":${number}}`, `{"value":[7,${number},8]}`, `[${number},{"x":[${number}]}]`]) {
      expect(stringifyJson(parseJson(text))).toBe(text)
    }
    for (const space of [' ', '\n', '\t', '\r\n  ']) {
      const text = `{"value"${space}:${space}${number}${space},"more":${space}[${number}${space}]${space}}`
      expect(stringifyJson(parseJson(text))).toBe(`{"value":${number},"more":[${number}]}`)
    }
  })

  test('whatever number it is', () => {
    const digits = ['', '0', '00', '1', '10', '050', '000000']
    for (const whole of ['0', '7', '10', '300', '9000000000000000000000'])
      for (const fraction of digits)
        for (const exponent of ['', 'e3', 'E-3', 'e+03'])
          for (const sign of ['', '-']) {
            const text = `{"value":${sign}${whole}${fraction && `.${fraction}`}${exponent}}`
            expect(stringifyJson(parseJson(text))).toBe(text)
          }
  })

  test('indented', () => {
    expect(stringifyJson(parseJson('{"a":{"b":1.0}}'), 2)).toBe('{\n  "a": {\n    "b": 1.0\n  }\n}')
  })

  test('the values are ordinary ones', () => {
    const value = parseJson('{"a":1.50,"b":[0.10],"c":"2.0"}') as Record<string, unknown>
    expect(Object.keys(value)).toEqual(['a', 'b', 'c'])
    expect(JSON.stringify(value)).toBe('{"a":1.5,"b":[0.1],"c":"2.0"}')
  })

  test('beside texts, names and values of every kind', () => {
    const text =
      '{"a\\"b":1.0,"\\u0041":2.0,"s":"x\\\\","e":"","o":{},"l":[],"t":true,"f":false,"n":null,"2":[[],{},"1.0,",false,3.0],"z":4.0}'
    const written = stringifyJson(parseJson(text))
    expect(written.match(/\d\.0/g)).toEqual(['1.0', '3.0', '1.0', '2.0', '4.0'])
    expect(JSON.parse(written)).toEqual(JSON.parse(text))
  })

  test('a name that stands twice counts as it stands last', () => {
    for (const [text, expected] of [
      ['{"a":1.0,"a":1}', '{"a":1}'],
      ['{"a":1,"a":1.0}', '{"a":1.0}'],
      ['{"a":{"b":1.0},"a":7}', '{"a":7}'],
      ['{"a":1.0,"a":"x"}', '{"a":"x"}']
    ] as const) {
      expect(stringifyJson(parseJson(text))).toBe(expected)
    }
  })

  test('names that mean something to JavaScript stay plain names', () => {
    const text = '{"__proto__":1.0,"constructor":{"__proto__":{"x":2.0}}}'
    expect(stringifyJson(parseJson(text))).toBe(text)
    expect(Object.getPrototypeOf(parseJson(text))).toBe(Object.prototype)
  })
})

describe('never a wrong value', () => {
  test('a number that was changed is written as it is now', () => {
    const value = parseJson('{"a":1.0,"b":2.0,"c":-0}') as Record<string, unknown>
    value['a'] = 1.5
    value['b'] = 'two'
    value['c'] = 0
    expect(stringifyJson(value)).toBe('{"a":1.5,"b":"two","c":0}')
  })

  test('an item that took the place of another', () => {
    const list = parseJson('[1.0,2.5]') as number[]
    list.shift()
    expect(stringifyJson(list)).toBe('[2.5]')
  })
})

describe('copies', () => {
  const TEXT = '{"a":1.0,"b":{"c":[2.0]}}'
  const value = parseJson(TEXT) as { a: number; b: object }

  test('by spread keep the digits, by key with sameTexts', () => {
    expect(stringifyJson({ ...value, d: 1 })).toBe('{"a":1.0,"b":{"c":[2.0]},"d":1}')
    expect(stringifyJson(Object.fromEntries(Object.entries(value)))).toBe('{"a":1,"b":{"c":[2.0]}}')
    expect(stringifyJson(sameTexts(value, Object.fromEntries(Object.entries(value))))).toBe(TEXT)
  })

  test('deep ones keep them and share nothing', () => {
    const copy = copyJson(value)
    expect(stringifyJson(copy)).toBe(TEXT)
    takeText(parseJson('{"x":1.00}') as object, 'x', copy, 'a')
    expect([stringifyJson(copy), stringifyJson(value)]).toEqual(['{"a":1.00,"b":{"c":[2.0]}}', TEXT])
    takeText({ x: 1 }, 'x', copy, 'a')
    expect([stringifyJson(copy), stringifyJson(value)]).toEqual(['{"a":1,"b":{"c":[2.0]}}', TEXT])
  })

  test('cross a thread boundary beside their texts', () => {
    const crossed = structuredClone({ value, texts: collectTexts(value) })
    expect(stringifyJson(crossed.value)).toBe('{"a":1,"b":{"c":[2]}}')
    restoreTexts(crossed.value, crossed.texts)
    expect(stringifyJson(crossed.value)).toBe(TEXT)
  })

  test('of which a part is missing', () => {
    const copy: Record<string, unknown> = { a: 1, b: null }
    restoreTexts(copy, collectTexts(value))
    expect(stringifyJson(copy)).toBe('{"a":1.0,"b":null}')
    dropTexts(copy)
    expect(stringifyJson(copy)).toBe('{"a":1,"b":null}')
  })
})
