import { readPart10 } from '../../../dicom/read.ts'
import { sampleEcg, sampleMr } from '../../../dicom/testing/samples.ts'

export interface DicomSeed {
  sopClassUid: string
  transferSyntaxUid: string
  dataSet: Buffer
}

/** Long enough that every case can have an instance UID of its own of the same length. */
const INSTANCE = '2.25.100000000000000000000000000000000'

/** Small objects of the classes that are read. */
export const SEEDS: readonly DicomSeed[] = [
  sampleEcg(8, { uids: { study: '2.25.1', series: '2.25.2', instance: INSTANCE } }),
  sampleMr(0, 0, { uids: { study: '2.25.10', series: '2.25.11', instance: INSTANCE } })
].map((file) => {
  const { meta, transferSyntaxUid, dataSetBytes } = readPart10(file)
  return { sopClassUid: meta.requiredText(0x00020002), transferSyntaxUid, dataSet: Buffer.from(dataSetBytes) }
})

/** An instance UID of the case's own. */
export const instanceUid = (number: number): string => `2.25.1${String(number).padStart(INSTANCE.length - 6, '0')}`

/** The seed's data set about another instance. */
export function aboutInstance({ dataSet }: DicomSeed, uid: string): Buffer {
  const copy = Buffer.from(dataSet)
  for (let at = copy.indexOf(INSTANCE); at >= 0; at = copy.indexOf(INSTANCE, at + 1)) copy.write(uid, at, 'latin1')
  return copy
}

/** (0008,0018) of a data set that may be damaged; the first place where it stands. */
export function sopInstanceOf(dataSet: Buffer): string {
  const at = dataSet.indexOf(Buffer.from([0x08, 0x00, 0x18, 0x00, 0x55, 0x49]))
  if (at < 0 || at + 8 > dataSet.length) return '2.25.9'
  const length = Math.min(64, dataSet.readUInt16LE(at + 6))
  return dataSet
    .subarray(at + 8, at + 8 + length)
    .toString('latin1')
    .replace(/\0+$/, '')
}
