import { AppError } from '../../core/errors/app-error.ts'
import type { DicomFile } from '../read.ts'
import { NATIVE_TRANSFER_SYNTAXES } from '../uids.ts'
import { numberOfFrames } from './frames.ts'

/** Stored values of one frame, row-major, rows x columns. */
export interface FramePixels {
  rows: number
  columns: number
  values: Uint8Array | Int8Array | Uint16Array | Int16Array
}

/**
 * The stored pixel values of one frame of a native (not encapsulated) single-sample image.
 * @param frameNumber from 1
 * @throws AppError DICOM_TRANSFER_SYNTAX (encapsulated), DICOM_ATTRIBUTE_VALUE, DICOM_ATTRIBUTE_MISSING, DICOM_TRUNCATED
 */
export function framePixels({ dataSet, transferSyntaxUid }: DicomFile, frameNumber: number): FramePixels {
  if (!NATIVE_TRANSFER_SYNTAXES.includes(transferSyntaxUid))
    throw new AppError('DICOM_TRANSFER_SYNTAX', { at: '(7FE0,0010)' })
  const rows = dataSet.requiredNumber(0x00280010)
  const columns = dataSet.requiredNumber(0x00280011)
  const bitsAllocated = dataSet.requiredNumber(0x00280100)
  const isSigned = dataSet.number(0x00280103) === 1
  if ((dataSet.number(0x00280002) ?? 1) !== 1) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0002)' })
  if (bitsAllocated !== 8 && bitsAllocated !== 16) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0100)' })
  if (frameNumber < 1 || frameNumber > numberOfFrames(dataSet))
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0008)' })
  const data = dataSet.value(0x7fe00010)
  if (!data) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: '(7FE0,0010)' })
  // Rows and columns are 16 bit, so no product here leaves the safe integers; compared before anything is allocated.
  const size = rows * columns * (bitsAllocated / 8)
  const start = (frameNumber - 1) * size
  if (size === 0) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0010)' })
  if (start + size > data.length) throw new AppError('DICOM_TRUNCATED', { at: '(7FE0,0010)' })
  return {
    rows,
    columns,
    values: readValues(data.subarray(start, start + size), bitsAllocated, isSigned, dataSet.littleEndian)
  }
}

function readValues(bytes: Uint8Array, bits: 8 | 16, isSigned: boolean, little: boolean): FramePixels['values'] {
  if (bits === 8) return isSigned ? Int8Array.from(bytes, (byte) => (byte << 24) >> 24) : Uint8Array.from(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = isSigned ? new Int16Array(bytes.length / 2) : new Uint16Array(bytes.length / 2)
  for (let i = 0; i < values.length; i++) {
    values[i] = isSigned ? view.getInt16(i * 2, little) : view.getUint16(i * 2, little)
  }
  return values
}
