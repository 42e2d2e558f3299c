import { AppError } from '../core/errors/app-error.ts'
import type { DataSet } from './data-set.ts'
import { type Encoding, type WalkOptions, walkDataSet } from './elements.ts'
import { INFLATED_HEAD_BYTES, inflate, inflateHead } from './inflate.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { isPart10 } from './part10.ts'
import { isUid, TRANSFER_SYNTAX } from './uids.ts'

const META_START = 132
const META_ENCODING: Encoding = { explicit: true, littleEndian: true }

export interface DicomFile {
  meta: DataSet
  transferSyntaxUid: string
  dataSet: DataSet
  /** The data set's bytes as they stand in the file. */
  dataSetBytes: Uint8Array
}

/**
 * A Part 10 file (PS3.10 7) as data sets over its bytes.
 * @throws AppError DICOM_NOT_PART10, DICOM_TRUNCATED, DICOM_LIMIT, DICOM_TRANSFER_SYNTAX, DICOM_ATTRIBUTE_MISSING,
 *   DICOM_ATTRIBUTE_VALUE
 */
export function readPart10(bytes: Uint8Array, { limits = DEFAULT_LIMITS }: { limits?: Limits } = {}): DicomFile {
  const { meta, dataSetStart } = readMeta(bytes, { limits })
  const transferSyntaxUid = meta.requiredText(0x00020010)
  const dataSetBytes = bytes.subarray(dataSetStart)
  return { meta, transferSyntaxUid, dataSetBytes, dataSet: readDataSet(dataSetBytes, transferSyntaxUid, { limits }) }
}

/** File meta information and where the data set begins. */
export function readMeta(bytes: Uint8Array, options: WalkOptions): { meta: DataSet; dataSetStart: number } {
  if (!isPart10(bytes)) throw new AppError('DICOM_NOT_PART10')
  const meta = walkDataSet(bytes, META_START, META_ENCODING, { ...options, upTo: 0x0002ffff })
  const dataSetStart = Math.max(META_START, ...meta.tags().map((tag) => endOf(meta, tag)))
  return { meta, dataSetStart }
}

/** A data set without file meta, as it comes over an association. Same errors as readPart10. */
export function readDataSet(bytes: Uint8Array, transferSyntaxUid: string, options: Partial<WalkOptions> = {}): DataSet {
  const limits = options.limits ?? DEFAULT_LIMITS
  const encoding = encodingOf(transferSyntaxUid)
  if (transferSyntaxUid !== TRANSFER_SYNTAX.deflated) return walkDataSet(bytes, 0, encoding, { ...options, limits })
  // Who wants the head only gets a head, however much lies behind it.
  const plain = options.upTo === undefined ? inflate(bytes, limits.maxBytes) : inflateHead(bytes)
  const headOnly = options.headOnly || plain.length === INFLATED_HEAD_BYTES
  return walkDataSet(plain, 0, encoding, { ...options, headOnly, limits })
}

/** How elements are encoded: every syntax but three is explicit VR little endian (PS3.5 annex A). */
export function encodingOf(transferSyntaxUid: string): Encoding {
  if (!isUid(transferSyntaxUid) || !transferSyntaxUid.startsWith('1.2.840.10008.1.2')) {
    throw new AppError('DICOM_TRANSFER_SYNTAX', { at: '(0002,0010)' })
  }
  return {
    explicit: transferSyntaxUid !== TRANSFER_SYNTAX.implicitLittle,
    littleEndian: transferSyntaxUid !== TRANSFER_SYNTAX.explicitBig
  }
}

function endOf(meta: DataSet, tag: number): number {
  const element = meta.element(tag)!
  return element.start + element.length
}
