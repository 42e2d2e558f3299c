import { dataTest } from '../support/data.ts'
import { buildWorld, type World } from '../support/world.ts'
import { bivMe, sunnybrook } from './cine-sources.ts'
import { changedImages, manifestOf, sendShuffled, studyOf, uidsOf } from './play-cine.ts'

const SEED = 20_260_301

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const world = await buildWorld({ mode: 'off' })
  try {
    await work(world)
  } finally {
    await world.stop()
  }
}

describe('real cine series through DIMSE, sent in a shuffled order', () => {
  dataTest(
    'the biv-me study: 11 series x 25 phases in the order of dicom_index.csv, frame by frame, every data set unchanged',
    () =>
      withWorld(async (world) => {
        const { images, index } = bivMe()
        expect(images).toHaveLength(275)
        await sendShuffled(world, images, SEED)
        const study = await studyOf(world, uidsOf(images[0]!.bytes).studyUid, 275)
        expect(study.numberOfSeries).toBe(11)
        let frames = 0
        for (const folder of new Set(index.map((row) => row.folder))) {
          const mine = images.filter(({ series }) => series === folder)
          const entry = study.series?.find(({ uid }) => uid === uidsOf(mine[0]!.bytes).seriesUid)
          const { manifest, listed } = await manifestOf(world, entry!)
          const rows = index.filter((row) => row.folder === folder).sort((a, b) => a.triggerTimeMs - b.triggerTimeMs)
          const expected = rows.map(({ file }) => mine.find((image) => image.file === file)!.sopInstanceUid)
          expect(entry!.description).toBe(rows[0]!.description)
          expect(listed).toEqual(expected)
          expect(manifest.frames.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(expected)
          expect(manifest.frames.map(({ phase }) => phase)).toEqual(rows.map((_row, phase) => phase))
          // Phase k is the k-th image by trigger time, which is also its instance number less one.
          expect(rows.map(({ instance }) => instance)).toEqual(rows.map((_row, phase) => phase + 1))
          manifest.frames.forEach(({ triggerTimeMs }, i) => {
            expect(triggerTimeMs).toBeCloseTo(rows[i]!.triggerTimeMs, 1)
          })
          expect(await changedImages(world, manifest, mine)).toEqual([])
          frames += manifest.frames.length
        }
        process.stdout.write(
          `biv-me: ${frames} of 275 frames in the order of the index, 0 data sets changed (seed ${SEED})\n`
        )
      }),
    180_000
  )

  dataTest(
    'the Sunnybrook images: six slices by position, end systole before end diastole in each',
    () =>
      withWorld(async (world) => {
        const images = sunnybrook()
        await sendShuffled(world, images, SEED)
        const study = await studyOf(world, uidsOf(images[0]!.bytes).studyUid, 10)
        const { manifest } = await manifestOf(world, study.series![0]!)
        const numbers = manifest.frames.map(({ sopInstanceUid }) =>
          Number(images.find((image) => image.sopInstanceUid === sopInstanceUid)!.file.slice(8, 12))
        )
        process.stdout.write(
          `sunnybrook: ${numbers.join(' ')} at ${manifest.frames.map((frame) => frame.triggerTimeMs).join(' ')} ms\n`
        )
        // Image n is the last (929 ms) or the 8th (348 ms) of the 20 phases of slice ceil(n / 20), from the base; along
        // the normal of the images the apex comes first.
        expect(numbers).toEqual([108, 88, 100, 68, 80, 48, 60, 28, 40, 20])
        expect(manifest.frames.map(({ triggerTimeMs }) => triggerTimeMs)).toEqual(
          numbers.map((n) => (n % 20 === 0 ? 929 : 348))
        )
        expect(await changedImages(world, manifest, images)).toEqual([])
      }),
    60_000
  )
})
