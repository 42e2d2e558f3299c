import { unzip } from '../../dicom/testing/unzip.ts'
import { type CineImage, uidsOf } from './play-cine.ts'
import { listedUnder, readSource, readTable } from './sources.ts'

/** What `dicom_index.csv` says of one image. */
export interface IndexRow {
  folder: string
  file: string
  instance: number
  triggerTimeMs: number
  description: string
}

/** The 275 images of the biv-me study with the index that came with them. */
export function bivMe(): { images: CineImage[]; index: IndexRow[] } {
  const index = readTable('cmr/biv-me/dicom_index.csv').map((row) => ({
    folder: row['folder']!,
    file: row['file']!,
    instance: Number(row['instance_number']),
    triggerTimeMs: Number(row['trigger_time_ms']),
    description: row['series_description']!
  }))
  const files = new Map<string, Buffer>()
  for (const path of listedUnder('cmr/biv-me/dicom/')) {
    const folder = path.split('/')[3]!.replace(/\.zip$/, '')
    const bytes = readSource(path)
    if (path.endsWith('.zip'))
      for (const [name, one] of unzip(bytes)) files.set(`${folder}/${name.split('/').at(-1)}`, one)
    else files.set(`${folder}/${path.split('/').at(-1)}`, bytes)
  }
  const images = index.map(({ folder, file }): CineImage => {
    const bytes = files.get(`${folder}/${file}`)
    if (!bytes) throw new Error(`the index names ${folder}/${file}, which is not there`)
    return { series: folder, file, bytes, sopInstanceUid: uidsOf(bytes).sopInstanceUid }
  })
  return { images, index }
}

/** The ten Sunnybrook images. Image n is phase n mod 20 of slice n div 20 (data README and tag comparison). */
export const sunnybrook = (): CineImage[] =>
  listedUnder('cmr/sunnybrook10/images/')
    .filter((path) => path.endsWith('.dcm'))
    .map((path) => {
      const bytes = readSource(path)
      const file = path.split('/').at(-1)!
      return { series: 'sunnybrook', file, bytes, sopInstanceUid: uidsOf(bytes).sopInstanceUid }
    })
