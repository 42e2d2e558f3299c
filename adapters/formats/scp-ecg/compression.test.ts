import fc from 'fast-check'
import { crcCcitt } from './crc-ccitt.ts'
import { undoDifferences } from './differences.ts'
import { huffmanDecoder } from './huffman.ts'
import { stretchesOf, toFullRate } from './reduced-rate.ts'
import { addReferenceBeat } from './reference-beat.ts'
import { DEFAULT_TABLE, type HuffmanTable } from './sections/section-2.ts'
import { encodeHuffman } from './testing/bit-writer.ts'
import { decodeScp, recordingOf } from './testing/decode.ts'
import { encodeScp, type ScpInput } from './testing/encode-scp.ts'
import { CUSTOM_TABLES } from './testing/samples.ts'

const int16 = fc.integer({ min: -32768, max: 32767 })
/** Mostly small, as differences are. */
const sample = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -30, max: 30 }) }, { weight: 1, arbitrary: int16 })

test('CRC-CCITT gives the check values of the published catalogue', () => {
  // CRC RevEng catalogue: CRC-16/IBM-3740 and CRC-16/XMODEM of '123456789'.
  expect(crcCcitt(Buffer.from('123456789'))).toBe(0x29b1)
  expect(crcCcitt(Buffer.from('123456789'), 0)).toBe(0x31c3)
})

test('differences are undone', () => {
  expect([...undoDifferences(Int32Array.of(5, 7, 1, -2), 0)]).toEqual([5, 7, 1, -2])
  expect([...undoDifferences(Int32Array.of(5, 7, 1, -2), 1)]).toEqual([5, 12, 13, 11])
  expect([...undoDifferences(Int32Array.of(5, 7, 1, -2), 2)]).toEqual([5, 7, 10, 11])
})

test('the default table reads the codes of its definition', () => {
  // 0, +1, -1, +2, -8, and 100 as 8 bits behind nine ones and a zero: EN 1064 Annex C.3.7.6, by hand.
  const bits = ['0', '100', '101', '1100', '1111111101', '1111111110', '01100100'].join('').padEnd(40, '0')
  const bytes = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  expect([...huffmanDecoder([DEFAULT_TABLE])(bytes, 6, 'x')]).toEqual([0, 1, -1, 2, -8, 100])
})

test.each<[string, readonly HuffmanTable[]]>([
  ['the default table', [DEFAULT_TABLE]],
  ['tables with changes between them', CUSTOM_TABLES]
])('%s: what was encoded is decoded', (_name, tables) => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 300 }), (numbers) => {
      expect([...huffmanDecoder(tables)(encodeHuffman(numbers, tables), numbers.length, 'x')]).toEqual(numbers)
    }),
    { seed: 20261123, numRuns: 60 }
  )
})

test.each<[string, HuffmanTable]>([
  [
    'one code begins with another',
    [
      { prefixBits: 1, entireBits: 1, isValue: true, baseValue: 0, baseCode: 0 },
      { prefixBits: 2, entireBits: 2, isValue: true, baseValue: 1, baseCode: 2 }
    ]
  ],
  [
    'two codes are the same',
    [
      { prefixBits: 1, entireBits: 1, isValue: true, baseValue: 0, baseCode: 1 },
      { prefixBits: 1, entireBits: 1, isValue: true, baseValue: 1, baseCode: 1 }
    ]
  ]
])('a table in which %s is refused', (_name, table) => {
  expect(() => huffmanDecoder([table])).toThrow(
    expect.objectContaining({ code: 'DECODE_FAILED', reason: 'huffman-table' })
  )
})

test('bits that are no code, and too few of them, are refused', () => {
  const table = DEFAULT_TABLE.slice(0, 2)
  expect(() => huffmanDecoder([table])(Buffer.from([0xff]), 1, 'x')).toThrow(
    expect.objectContaining({ code: 'DECODE_FAILED', reason: 'huffman-code' })
  )
  expect(() => huffmanDecoder([DEFAULT_TABLE])(Buffer.from([0xff]), 3, 'x')).toThrow(
    expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'data-length' })
  )
  expect(() => huffmanDecoder([])(Buffer.from([0xff]), 1, 'x')).toThrow(
    expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'data-length' })
  )
})

test('a record gives back what was put into it', () => {
  const input = fc.record({
    leads: fc
      .integer({ min: 1, max: 60 })
      .chain((length) =>
        fc.array(fc.array(sample, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 4 })
      ),
    difference: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
    tables: fc.constantFrom<NonNullable<ScpInput['tables']>>('none', 'default', CUSTOM_TABLES),
    isSubtracted: fc.boolean(),
    beat: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 8 })
  })
  fc.assert(
    fc.property(input, ({ leads, difference, tables, isSubtracted, beat }) => {
      // Within what a residual of 16 bits holds.
      const bits = leads.map((lead) => lead.map((value) => Math.max(-32_000, Math.min(32_000, value))))
      const encoded = encodeScp({
        leads: bits.map((samples, n) => ({ code: n + 1, samples })),
        nanovoltsPerBit: 1000,
        intervalUs: 2000,
        difference,
        tables,
        beat: {
          samples: bits.map(() => beat),
          fiducial: 4,
          complexes: [{ type: 0, from: 3, fiducial: 5, to: 9 }],
          isSubtracted
        }
      })
      const [rhythm, median] = recordingOf(decodeScp(encoded)).waveforms
      expect(rhythm!.samples).toEqual(bits.map((lead) => Float64Array.from(lead, (bit) => (bit * 1000) / 1e6)))
      expect(median!.samples[0]).toEqual(Float64Array.from(beat, (bit) => (bit * 1000) / 1e6))
    }),
    { seed: 20261123, numRuns: 60 }
  )
})

test('stretches take turns by the protected zones and cover the lead once', () => {
  expect(
    stretchesOf(1, 20, [
      { from: 5, to: 8 },
      { from: 8, to: 12 },
      { from: 30, to: 40 }
    ])
  ).toEqual([
    { isReduced: true, length: 4 },
    { isReduced: false, length: 4 },
    { isReduced: false, length: 4 },
    { isReduced: true, length: 8 }
  ])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 200 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 260 }), fc.integer({ min: 0, max: 40 }))),
      (first, more, zones) => {
        const sorted = zones.map(([from, length]) => ({ from, to: from + length })).sort((a, b) => a.from - b.from)
        const lengths = stretchesOf(first, first + more, sorted).map(({ length }) => length)
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(more + 1)
        expect(lengths.every((length) => length > 0)).toBe(true)
      }
    ),
    { seed: 20261123 }
  )
})

test('a reduced rate is made whole by straight lines between the middles of groups', () => {
  const whole = toFullRate(Int32Array.of(0, 4, 9), [{ isReduced: true, length: 9 }], 4)
  expect([...whole]).toEqual([0, 0, 0, 1, 2, 3, 4, 4, 9])
  expect([
    ...toFullRate(
      Int32Array.of(2, 6, 7),
      [
        { isReduced: true, length: 4 },
        { isReduced: false, length: 1 }
      ],
      2
    )
  ]).toEqual([2, 2, 4, 6, 7])
  expect([...toFullRate(Int32Array.of(2, 6, 7), [{ isReduced: true, length: 3 }], 4)]).toEqual([2, 6, 7])
})

test('the reference beat is added where it was subtracted, its fiducial on theirs', () => {
  const residual = new Float64Array(10)
  addReferenceBeat(residual, { first: 1, last: 10, code: 1 }, Float64Array.of(1, 2, 3, 4, 5), {
    beatMs: 10,
    beatFiducial: 3,
    zones: [],
    complexes: [
      { type: 0, from: 3, fiducial: 4, to: 5 },
      { type: 1, from: 1, fiducial: 4, to: 9 },
      { type: 0, from: 0, fiducial: 8, to: 9 },
      { type: 0, from: 8, fiducial: 9, to: 100 }
    ]
  })
  // Samples 3 to 5 hold places 2 to 4 of the beat; 8 to 10 hold 2 to 4 again.
  expect([...residual]).toEqual([0, 0, 2, 3, 4, 0, 0, 2, 3, 4])
})

test('complexes that lie on one another without end are refused', () => {
  const complexes = Array.from({ length: 50 }, () => ({ type: 0, from: 1, fiducial: 1, to: 10 }))
  expect(() =>
    addReferenceBeat(new Float64Array(10), { first: 1, last: 10, code: 1 }, new Float64Array(10), {
      beatMs: 20,
      beatFiducial: 1,
      zones: [],
      complexes
    })
  ).toThrow(expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'qrs-locations' }))
})
