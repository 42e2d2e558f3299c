import type { ImagingStudy, ImagingStudySeries } from '@medplum/fhirtypes'
import type { Series } from '../../core/series.ts'
import { DEFAULT_LIMITS } from '../../dicom/limits.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { readMeta, readPart10 } from '../../dicom/read.ts'
import { EXTENSION } from '../../fhir-profiles/index.ts'
import { createFileBlobStore } from '../../server/blobs/file-blob-store.ts'
import { seeded } from '../../server/demo/simulate/random.ts'
import type { World } from '../support/world.ts'

/** One image as its source says where it belongs. */
export interface CineImage {
  /** Name of the series in the source. */
  series: string
  file: string
  bytes: Buffer
  sopInstanceUid: string
}

/** UID and series of a file from its own bytes. */
export function uidsOf(bytes: Uint8Array): { sopInstanceUid: string; seriesUid: string; studyUid: string } {
  const { dataSet } = readPart10(bytes)
  const [sopInstanceUid = '', seriesUid = '', studyUid = ''] = [0x00080018, 0x0020000e, 0x0020000d].map((tag) =>
    dataSet.requiredText(tag)
  )
  return { sopInstanceUid, seriesUid, studyUid }
}

/** Sends every image by C-STORE in a shuffled order (seeded) over two associations; throws unless each was answered 0000. */
export async function sendShuffled(world: World, images: readonly CineImage[], seed: number): Promise<void> {
  const uniform = seeded(seed)
  const shuffled = images.map((image) => ({ image, at: uniform() })).sort((a, b) => a.at - b.at)
  const files = shuffled.map(({ image }) => image.bytes)
  const results = await sendInstances(parseDicomAddress(world.address('dicom')), files, { associations: 2 })
  const failed = results.filter(({ outcome }) => outcome !== 'stored')
  if (failed.length > 0) throw new Error(`${failed.length} of ${files.length} images not stored`)
}

/** The study once it holds that many images. */
export const studyOf = (world: World, studyUid: string, instances: number): Promise<ImagingStudy> =>
  world.until(
    `${instances} images of the study`,
    async () => {
      // A study of many images is a large resource: asked for often, it would keep the server busy.
      await new Promise((resolve) => setTimeout(resolve, 200))
      const [study] = await world.search<ImagingStudy>(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${studyUid}`)
      return study?.numberOfInstances === instances ? study : undefined
    },
    120_000
  )

/** The ordered frames that the blob of a series lists, and the instances that the ImagingStudy lists. */
export async function manifestOf(
  world: World,
  series: ImagingStudySeries
): Promise<{ manifest: Series; listed: string[] }> {
  const sha256 = series.extension?.find(({ url }) => url === EXTENSION.seriesManifest)?.valueUri?.slice(11) ?? ''
  const blobs = await createFileBlobStore(`${world.dataDir}/blobs`)
  const manifest = JSON.parse(Buffer.from(await blobs.get(sha256)).toString('utf8')) as Series
  const listed = [...(series.instance ?? [])]
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
    .map(({ uid }) => uid ?? '')
  return { manifest, listed }
}

/** Images whose stored object has not the very data set that was sent. */
export async function changedImages(world: World, manifest: Series, images: readonly CineImage[]): Promise<string[]> {
  const blobs = await createFileBlobStore(`${world.dataDir}/blobs`)
  const changed: string[] = []
  for (const frame of manifest.frames) {
    const sent = images.find(({ sopInstanceUid }) => sopInstanceUid === frame.sopInstanceUid)
    const stored = await blobs.get(frame.sha256)
    if (!sent || Buffer.compare(dataSetOf(sent.bytes), dataSetOf(stored)) !== 0) changed.push(frame.sopInstanceUid)
  }
  return changed
}

/** Everything behind the file meta information: what C-STORE carries. */
const dataSetOf = (file: Uint8Array): Uint8Array =>
  file.subarray(readMeta(file, { limits: DEFAULT_LIMITS }).dataSetStart)
