import fc from 'fast-check'
import type { Frame } from '../../core/series.ts'
import { readPart10 } from '../read.ts'
import { encodeFile, type TestRow } from '../testing/encode.ts'
import { sampleMr } from '../testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../uids.ts'
import { readFrames } from './frames.ts'
import { orderFrames } from './order-frames.ts'
import { framePixels } from './pixels.ts'

const frame = (slice: number, phase: number, overrides: Partial<Frame> = {}): Frame => ({
  sopInstanceUid: `1.2.${slice + 1}.${phase + 1}`,
  frameNumber: 1,
  sha256: 'x',
  sliceLocation: 0,
  imagePositionPatient: [0, slice * 8 * 0.6, slice * 8 * 0.8],
  // Normal (0, .6, .8): row x, column (0, .8, -.6).
  imageOrientationPatient: [1, 0, 0, 0, 0.8, -0.6].map((v, i) => (i > 2 ? -v : v)) as Frame['imageOrientationPatient'],
  triggerTimeMs: phase * 34.4,
  rows: 4,
  columns: 6,
  ...overrides
})

describe('ordering frames', () => {
  test('gives slices by position and phases by trigger time, whatever the order of arrival', () => {
    const frames = [0, 1, 2].flatMap((slice) => Array.from({ length: 12 }, (_v, phase) => frame(slice, phase)))
    const expected = orderFrames(frames)
    expect(expected.map(({ phase }) => phase)).toEqual(
      [0, 1, 2].flatMap(() => Array.from({ length: 12 }, (_v, i) => i))
    )
    const locations = expected.map(({ sliceLocation }) => sliceLocation)
    expect(locations).toEqual([...locations].sort((a, b) => a - b))
    expect(Math.abs(locations[12]! - locations[0]!)).toBeCloseTo(8, 9)
    fc.assert(
      fc.property(fc.shuffledSubarray(frames, { minLength: frames.length }), (shuffled) => {
        expect(orderFrames(shuffled)).toEqual(expected)
      }),
      { seed: 3, numRuns: 25 }
    )
  })

  test('keeps planes of different directions apart and falls back to the slice location', () => {
    const other = frame(0, 0, { sopInstanceUid: '1.2.9', imageOrientationPatient: [1, 0, 0, 0, 1, 0] })
    expect(orderFrames([other, frame(0, 0)]).map(({ phase }) => phase)).toEqual([0, 0])
    const bare = { imagePositionPatient: undefined, imageOrientationPatient: undefined }
    const ordered = orderFrames([
      frame(0, 1, { ...bare, sliceLocation: 5 }),
      frame(0, 0, { ...bare, sliceLocation: -5 })
    ])
    expect(ordered.map(({ sliceLocation }) => sliceLocation)).toEqual([-5, 5])
  })

  test('puts ...10 after ...9 where the trigger times say nothing', () => {
    const ordered = orderFrames([9, 1, 8].map((phase) => frame(0, phase, { triggerTimeMs: undefined })))
    expect(ordered.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['1.2.1.2', '1.2.1.9', '1.2.1.10'])
  })
})

describe('MR frames', () => {
  test('of the writer come back with geometry, timing and pixels', () => {
    const file = readPart10(sampleMr(2, 3))
    expect(readFrames(file.dataSet)).toEqual([
      {
        sopInstanceUid: '2.25.12.3.4',
        frameNumber: 1,
        rows: 4,
        columns: 6,
        sliceLocation: 16,
        triggerTimeMs: 120,
        imagePositionPatient: [0, 0, 16],
        imageOrientationPatient: [1, 0, 0, 0, 1, 0],
        pixelSpacing: [1.4, 1.5]
      }
    ])
    expect(framePixels(file, 1).values).toEqual(Uint16Array.from({ length: 24 }, (_v, i) => i * 10 + 3))
  })

  const enhanced = (overrides: readonly TestRow[] = []): Uint8Array => {
    const perFrame = [0, 1].map((i): TestRow[] => [
      [0x00189118, 'SQ', [[[0x00209153, 'FD', [i * 33.5]]]]],
      [0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${i * 10}`]]]]
    ])
    const shared: TestRow[] = [
      [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]],
      [0x00289110, 'SQ', [[[0x00280030, 'DS', '1.2\\1.3']]]]
    ]
    const rows: TestRow[] = [
      [0x00080016, 'UI', SOP_CLASS.enhancedMrImage],
      [0x00080018, 'UI', '1.2.7'],
      [0x00280008, 'IS', '2'],
      [0x00280010, 'US', [1]],
      [0x00280011, 'US', [2]],
      [0x00280100, 'US', [16]],
      [0x52009229, 'SQ', [shared]],
      [0x52009230, 'SQ', perFrame],
      [0x7fe00010, 'OW', Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0)]
    ]
    const changed = new Set(overrides.map(([tag]) => tag))
    const all = [...rows.filter(([tag]) => !changed.has(tag)), ...overrides].sort((a, b) => a[0] - b[0])
    return encodeFile(all, TRANSFER_SYNTAX.explicitLittle, { undefinedLengths: true })
  }

  test('of an Enhanced MR image take shared and per-frame groups', () => {
    const file = readPart10(enhanced())
    expect(readFrames(file.dataSet)).toMatchObject([
      { frameNumber: 1, sliceLocation: 0, triggerTimeMs: 0, pixelSpacing: [1.2, 1.3] },
      { frameNumber: 2, sliceLocation: 10, triggerTimeMs: 33.5, imagePositionPatient: [0, 0, 10] }
    ])
    expect(framePixels(file, 2).values).toEqual(Uint16Array.of(3, 4))
  })

  test.each([
    ['DICOM_ATTRIBUTE_VALUE', [0x00280008, 'IS', '3']],
    ['DICOM_LIMIT', [0x00280008, 'IS', '2000000000']],
    ['DICOM_ATTRIBUTE_VALUE', [0x00280008, 'IS', '-1']],
    ['DICOM_ATTRIBUTE_VALUE', [0x00280010, 'US', [0]]],
    ['DICOM_ATTRIBUTE_VALUE', [0x00280010, 'UL', [4294967295]]],
    ['DICOM_ATTRIBUTE_MISSING', [0x52009230, 'SQ', []]],
    ['DICOM_SOP_CLASS', [0x00080016, 'UI', '1.2.3']]
  ] as [string, TestRow][])('are refused with %s (case %#)', (code, row) => {
    expect(() => readFrames(readPart10(enhanced([row])).dataSet)).toThrow(expect.objectContaining({ code }))
  })

  test('never read pixels beyond the data', () => {
    const file = readPart10(enhanced([[0x00280011, 'US', [65535]]]))
    expect(() => framePixels(file, 2)).toThrow(expect.objectContaining({ code: 'DICOM_TRUNCATED' }))
  })
})
