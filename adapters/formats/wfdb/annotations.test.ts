import fc from 'fast-check'
import { codeOf, isBeat, readAnnotations, symbolOf, writeAnnotations } from './annotations.ts'

test('reads the words of an MIT file', () => {
  // N after 18 samples; V after a skip of 0x00012345, with subtype -1, channel 1 and a text of three bytes.
  const bytes = Uint8Array.of(
    ...[0x12, 0x04],
    ...[0x00, 0xec, 0x01, 0x00, 0x45, 0x23],
    ...[0x02, 0x14, 0xff, 0xf4, 0x01, 0xf8],
    ...[0x03, 0xfc, 0x28, 0x41, 0x46, 0x00],
    ...[0x01, 0x04, 0x00, 0x00]
  )
  expect(readAnnotations(bytes)).toEqual([
    { at: 18, code: 1, symbol: 'N', subtype: 0, channel: 0, num: 0 },
    { at: 18 + 0x12345 + 2, code: 5, symbol: 'V', subtype: -1, channel: 1, num: 0, aux: '(AF' },
    { at: 18 + 0x12345 + 3, code: 1, symbol: 'N', subtype: 0, channel: 1, num: 0 }
  ])
})

test('gives back what was written, whatever it is', () => {
  const annotation = fc.record({
    step: fc.oneof(fc.nat(1023), fc.nat(50_000_000)),
    code: fc.integer({ min: 1, max: 49 }),
    subtype: fc.integer({ min: -128, max: 127 }),
    channel: fc.nat(255),
    num: fc.integer({ min: -128, max: 127 }),
    aux: fc.option(
      fc.string({ minLength: 1, maxLength: 60 }).filter((text) => /^[\x01-\xff]+$/.test(text)),
      {
        nil: undefined
      }
    )
  })
  fc.assert(
    fc.property(fc.array(annotation, { maxLength: 30 }), (list) => {
      let at = 0
      const annotations = list.map(({ step, aux, ...rest }) => {
        at += step
        return { at, ...rest, ...(aux === undefined ? {} : { aux }) }
      })
      const expected = annotations.map((one) => ({ ...one, symbol: symbolOf(one.code) }))
      expect(readAnnotations(writeAnnotations(annotations))).toEqual(expected)
    }),
    { seed: 1001, numRuns: 300 }
  )
})

test('knows mnemonics by their code and back', () => {
  expect(['N', 'V', '/', '~', '|', '"', 'p', 't', '+', '!', '[', ']', 'x', 'f', '(', ')', 'r'].map(codeOf)).toEqual([
    1, 5, 12, 14, 16, 22, 24, 27, 28, 31, 32, 33, 37, 38, 39, 40, 41
  ])
  expect(symbolOf(45)).toBe('[45]')
  expect(codeOf('?!')).toBeUndefined()
  expect([1, 12, 14, 28, 31, 38].filter((code) => isBeat({ code }))).toEqual([1, 12, 38])
})

test.each([
  ['a skip that is cut off', Uint8Array.of(0x00, 0xec, 0, 0)],
  ['text behind the end', Uint8Array.of(1, 4, 9, 0xfc, 65)],
  ['text before any annotation', Uint8Array.of(1, 0xfc, 65, 0)],
  ['an unknown code', Uint8Array.of(1, 4, 0, 50 << 2)],
  ['a time before 0', Uint8Array.of(0x00, 0xec, 0xff, 0xff, 0xff, 0xff, 0, 4)],
  ['half a word', Uint8Array.of(1, 4, 7)]
])('refuses %s', (_, bytes) => {
  expect(() => readAnnotations(bytes)).toThrow(
    expect.objectContaining({ code: 'DECODE_FAILED', reason: 'annotations' })
  )
})

test('refuses to write what falls in time or does not fit', () => {
  const refused = expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'annotations' })
  expect(() =>
    writeAnnotations([
      { at: 5, code: 1 },
      { at: 4, code: 1 }
    ])
  ).toThrow(refused)
  expect(() => writeAnnotations([{ at: 5, code: 60 }])).toThrow(refused)
  expect(() => writeAnnotations([{ at: 5, code: 28, aux: 'x'.repeat(256) }])).toThrow(refused)
})
