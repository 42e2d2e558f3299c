import { readdirSync, readFileSync } from 'node:fs'
import dcmjs from 'dcmjs'
import { AppError } from '../core/errors/app-error.ts'
import { dataPath, dataTest } from '../test/support/data.ts'
import { framePixels } from './image/pixels.ts'
import { buildPart10, withoutPreamble } from './part10.ts'
import { readPart10 } from './read.ts'
import { encodeFile, type TestRow } from './testing/encode.ts'
import { sampleEcg } from './testing/samples.ts'
import { TRANSFER_SYNTAX } from './uids.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return error instanceof AppError ? error.code : `uncoded ${String(error)}`
  }
}
const META = { sopClassUid: '1.2', sopInstanceUid: '1.3', transferSyntaxUid: TRANSFER_SYNTAX.explicitLittle }
const explicit = (hex: string): Uint8Array => buildPart10(META, Buffer.from(hex.replaceAll(' ', ''), 'hex'))

const ROWS: readonly TestRow[] = [
  [0x00080005, 'CS', 'ISO_IR 192'],
  [0x00080016, 'UI', '1.2.3'],
  [0x00080018, 'UI', '1.2.4'],
  [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.9']], [[0x00081155, 'UI', '1.10']]]],
  [0x00100010, 'PN', 'Müller^Änne'],
  [0x00280010, 'US', [512]],
  [0x00280030, 'DS', '1.5\\ 2.5 ']
]

describe('reading data sets', () => {
  test.each([
    ['implicit', TRANSFER_SYNTAX.implicitLittle],
    ['explicit', TRANSFER_SYNTAX.explicitLittle],
    ['big endian', TRANSFER_SYNTAX.explicitBig]
  ])('reads the same values from %s VR, with defined and undefined lengths', (_name, syntax) => {
    for (const undefinedLengths of [false, true]) {
      const { dataSet } = readPart10(encodeFile(ROWS, syntax, { undefinedLengths }))
      expect(dataSet.text(0x00100010)).toBe('Müller^Änne')
      expect(dataSet.number(0x00280010)).toBe(512)
      expect(dataSet.numbers(0x00280030)).toEqual([1.5, 2.5])
      expect(dataSet.items(0x00081140).map((item) => item.text(0x00081155))).toEqual(['1.9', '1.10'])
    }
  })

  test('refuses an ECG cut off at any byte with a coded error or reads what is whole', () => {
    const file = sampleEcg(4)
    const codes = new Set<string>()
    for (let length = 0; length < file.length; length++) codes.add(codeOf(() => readPart10(file.subarray(0, length))))
    // 'none': cut between two elements, which a data set cannot know.
    expect([...codes].sort()).toEqual(['DICOM_ATTRIBUTE_MISSING', 'DICOM_NOT_PART10', 'DICOM_TRUNCATED', 'none'])
  })

  test('throws nothing but coded errors on 3000 files with flipped bytes (seed 7)', () => {
    const file = sampleEcg(4)
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return Math.floor((seed / 2147483648) * below)
    }
    for (let round = 0; round < 3000; round++) {
      const broken = Uint8Array.from(file)
      for (let flips = 0; flips < 4; flips++) broken[132 + random(broken.length - 132)] = random(256)
      expect(codeOf(() => readPart10(broken))).not.toMatch(/^uncoded/)
    }
  })

  test.each([
    ['an element that claims 4 GB', '10001000 4f420000 feffffff 00', 'DICOM_TRUNCATED'],
    ['an undefined length that is never closed', '08004011 53510000 ffffffff feff00e0 ffffffff', 'DICOM_TRUNCATED'],
    ['an undefined length of a text', '10001000 55540000 ffffffff', 'DICOM_ATTRIBUTE_VALUE'],
    ['a VR that is none', '10001000 00010200 4142', 'DICOM_ATTRIBUTE_VALUE'],
    ['nesting beyond the limit', '08004011 53510000 ffffffff feff00e0 ffffffff '.repeat(40), 'DICOM_LIMIT']
  ])('refuses %s', (_name, hex, code) => {
    expect(codeOf(() => readPart10(explicit(hex)))).toBe(code)
  })

  test('refuses more elements than the limit and text where a number belongs', () => {
    const many = explicit('10001000 504e0000 '.repeat(2000))
    expect(codeOf(() => readPart10(many, { limits: { maxBytes: 1e6, maxDepth: 4, maxElements: 1000 } }))).toBe(
      'DICOM_LIMIT'
    )
    const { dataSet } = readPart10(encodeFile([[0x00181060, 'DS', '12abc']], TRANSFER_SYNTAX.explicitLittle))
    expect(codeOf(() => dataSet.number(0x00181060))).toBe('DICOM_ATTRIBUTE_VALUE')
  })

  test('zeroes a preamble that would make the file a program, and nothing else', () => {
    const file = Uint8Array.from(sampleEcg(4))
    file.set(Buffer.from('MZ#!%PDF'))
    const clean = withoutPreamble(file)
    expect(Buffer.from(clean.subarray(0, 128)).equals(Buffer.alloc(128))).toBe(true)
    expect(Buffer.from(clean.subarray(128)).equals(Buffer.from(file.subarray(128)))).toBe(true)
    expect(codeOf(() => withoutPreamble(new Uint8Array(200)))).toBe('DICOM_NOT_PART10')
  })

  dataTest('agrees with the reader of dcmjs on the UIDs, sizes and texts of every development file', async () => {
    // It reports each attribute with a choice of VR on the console.
    const loggers = dcmjs.log.getLoggers?.() ?? {}
    for (const logger of Object.values(loggers)) logger.setLevel('silent')
    const files = readdirSync(dataPath('dicom'))
      .filter((name) => name.endsWith('.dcm'))
      .map((name) => dataPath('dicom', name))
    files.push(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.dcm'))
    for (const path of files) {
      const bytes = readFileSync(path)
      const theirs = dcmjs.data.DicomMessage.readFile(Uint8Array.from(bytes).buffer)
      const ours = readPart10(bytes).dataSet
      const tags = Object.keys(theirs.dict).map((hex) => Number.parseInt(hex, 16))
      expect(ours.tags().sort((a, b) => a - b)).toEqual(tags.sort((a, b) => a - b))
      for (const [hex, { vr, Value }] of Object.entries(theirs.dict)) {
        if (vr === 'UI' && Value.length > 0) expect(ours.text(Number.parseInt(hex, 16))).toBe(Value[0] || undefined)
        if (vr === 'US' && Value.length > 0) expect(ours.numbers(Number.parseInt(hex, 16))).toEqual(Value)
        if (vr !== 'SQ') continue
        // dcmjs 0.52 leaves empty items out; dcmdump counts 108 annotations in Example.dcm as we do.
        const items = ours.items(Number.parseInt(hex, 16)).filter((item) => item.tags().length > 0)
        expect(items).toHaveLength(Value.length)
      }
    }
  })

  dataTest('reads the same pixels from implicit and explicit VR, and no encapsulated ones', async () => {
    const [implicit, explicitFile, rle] = ['MR_small_implicit.dcm', 'MR_small.dcm', 'MR_small_RLE.dcm'].map((name) =>
      readPart10(readFileSync(dataPath('dicom', name)))
    )
    const pixels = framePixels(explicitFile!, 1)
    expect([pixels.rows, pixels.columns]).toEqual([64, 64])
    expect(framePixels(implicit!, 1)).toEqual(pixels)
    expect(codeOf(() => framePixels(rle!, 1))).toBe('DICOM_TRANSFER_SYNTAX')
    expect(rle!.dataSet.fragments(0x7fe00010)!.length).toBeGreaterThan(1)
  })
})
