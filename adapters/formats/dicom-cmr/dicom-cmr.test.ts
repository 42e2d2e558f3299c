import { readdirSync, readFileSync } from 'node:fs'
import type { Decoded } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { FeedFacts } from '../../../core/format.ts'
import type { Frame } from '../../../core/series.ts'
import { orderFrames } from '../../../dicom/image/order-frames.ts'
import { sampleEcg, sampleMr } from '../../../dicom/testing/samples.ts'
import { unzip } from '../../../dicom/testing/unzip.ts'
import { SOP_CLASS } from '../../../dicom/uids.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import format from './index.ts'

const decode = async (body: Uint8Array, options: FeedFacts['options'] = {}): Promise<Decoded> =>
  format.decode(
    {
      id: 'E1',
      feed: 'mr',
      family: 'dicom',
      kind: SOP_CLASS.mrImage,
      mediaType: 'application/dicom',
      receivedAt: '2026-03-10T09:00:00.000Z',
      correlation: {},
      body
    },
    { name: 'mr', zone: 'UTC', codeMap: {}, options }
  )

const framesOf = (decoded: Decoded): Frame[] =>
  decoded.groups[0]!.parts[0]!.frames.map((frame) => ({ ...frame, sha256: 'unused' }))

describe('format dicom-cmr', () => {
  test('makes a part of its series out of each image', async () => {
    const decoded = await decode(sampleMr(1, 2))
    const [part] = decoded.groups[0]!.parts
    expect(part).toMatchObject({
      assembly: 'cmr|2.25.10|2.25.11',
      part: '2.25.12.2.3',
      timeoutMs: 5000,
      series: {
        studyInstanceUid: '2.25.10',
        seriesInstanceUid: '2.25.11',
        modality: 'MR',
        sopClassUid: SOP_CLASS.mrImage,
        description: 'cine SA simulated',
        synthetic: true,
        startedAt: { instant: '2026-03-10T09:00:00.000Z' },
        tags: { '00080008': ['DERIVED', 'SECONDARY', 'OTHER'], '00180050': '8', '00280100': [16][0] }
      },
      frames: [{ sopInstanceUid: '2.25.12.2.3', frameNumber: 1, sliceLocation: 8, triggerTimeMs: 80 }]
    })
    expect(JSON.stringify(part)).not.toMatch(/Testmann|T-100/)
    expect(decoded.groups[0]!.subject!.identifiers).toEqual([{ value: 'T-100', authority: 'HOSP' }])
    expect((await decode(sampleMr(), { seriesTimeoutMs: 700 })).groups[0]!.parts[0]!.timeoutMs).toBe(700)
  })

  test('gives the same answer twice', async () => {
    expect(await decode(sampleMr())).toEqual(await decode(sampleMr()))
  })

  test('cut off at any byte throws only coded errors', async () => {
    const file = sampleMr()
    let refused = 0
    for (let length = 0; length < file.length; length++) {
      const error = await decode(file.subarray(0, length)).then(
        () => undefined,
        (reason: unknown) => reason
      )
      if (error === undefined) continue
      refused++
      expect(error).toBeInstanceOf(AppError)
    }
    expect(refused).toBeGreaterThan(file.length * 0.9)
  })

  test('refuses what is no MR image', async () => {
    await expect(decode(sampleEcg(4))).rejects.toEqual(expect.objectContaining({ code: 'DICOM_SOP_CLASS' }))
  })

  dataTest('orders 11 real series of 25 phases as their index says', async () => {
    const rows = readFileSync(dataPath('cmr', 'biv-me', 'dicom_index.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
    // Columns: folder, stored_as, file, series_number, series_description, instance_number, trigger_time_ms ...
    const index = rows
      .map((row) => row.split(','))
      .map((cells) => ({ folder: cells[0]!, file: cells[2]!, triggerTimeMs: Number(cells[6]) }))
    const folders = [...new Set(index.map(({ folder }) => folder))]
    expect(folders).toHaveLength(11)
    for (const folder of folders) {
      const files = readSeriesFiles(folder)
      const decoded = await Promise.all([...files.values()].map((bytes) => decode(bytes)))
      expect(new Set(decoded.map((one) => one.groups[0]!.parts[0]!.assembly)).size).toBe(1)
      const ordered = orderFrames(decoded.flatMap(framesOf).reverse())
      const expected = index.filter((row) => row.folder === folder).sort((a, b) => a.triggerTimeMs - b.triggerTimeMs)
      const uidOf = new Map(
        await Promise.all(
          [...files].map(async ([name, bytes]) => [name, framesOf(await decode(bytes))[0]!.sopInstanceUid] as const)
        )
      )
      expect(ordered.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(expected.map(({ file }) => uidOf.get(file)))
      expect(ordered.map(({ phase }) => phase)).toEqual(Array.from({ length: 25 }, (_v, i) => i))
      // The index rounds to 0.1 ms.
      ordered.forEach(({ triggerTimeMs }, i) => {
        expect(triggerTimeMs).toBeCloseTo(expected[i]!.triggerTimeMs, 0)
      })
    }
  })

  dataTest('reads the Sunnybrook images and refuses an Enhanced MR without functional groups by code', async () => {
    const names = readdirSync(dataPath('cmr', 'sunnybrook10', 'images')).filter((name) => name.endsWith('.dcm'))
    const decoded = await Promise.all(
      names.map((name) => decode(readFileSync(dataPath('cmr', 'sunnybrook10', 'images', name))))
    )
    const ordered = orderFrames(decoded.flatMap(framesOf))
    // Image n is phase n mod 20 of slice n div 20: 20 | 28 40 | 48 60 | 68 80 | 88 100 | 108, six slices of 8 mm.
    const slices = new Map<number, (number | undefined)[]>()
    for (const { sliceLocation, triggerTimeMs } of ordered) {
      const key = Math.round(sliceLocation)
      slices.set(key, [...(slices.get(key) ?? []), triggerTimeMs])
    }
    expect(ordered).toHaveLength(10)
    expect([...slices.values()].map((times) => times.join(' ')).sort()).toEqual([
      '348',
      '348 929',
      '348 929',
      '348 929',
      '348 929',
      '929'
    ])
    for (const name of ['MR_small.dcm', 'MR_small_implicit.dcm', 'MR_small_RLE.dcm']) {
      expect(framesOf(await decode(readFileSync(dataPath('dicom', name))))[0]).toMatchObject({ rows: 64, columns: 64 })
    }
    const outcome = await decode(readFileSync(dataPath('dicom', 'emri_small.dcm'))).then(
      framesOf,
      (error: AppError) => error.code
    )
    expect(outcome).toBe('DICOM_ATTRIBUTE_MISSING')
  })
})

function readSeriesFiles(folder: string): Map<string, Buffer> {
  const base = dataPath('cmr', 'biv-me', 'dicom')
  if (!readdirSync(base).includes(folder)) {
    const files = unzip(readFileSync(dataPath('cmr', 'biv-me', 'dicom', `${folder}.zip`)))
    return new Map([...files].map(([name, bytes]) => [name.split('/').at(-1)!, bytes]))
  }
  return new Map(
    readdirSync(dataPath('cmr', 'biv-me', 'dicom', folder)).map((name) => [
      name,
      readFileSync(dataPath('cmr', 'biv-me', 'dicom', folder, name))
    ])
  )
}
