import { AppError } from '../core/errors/app-error.ts'
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './uids.ts'

const PREAMBLE_BYTES = 128

export interface FileMeta {
  sopClassUid: string
  sopInstanceUid: string
  transferSyntaxUid: string
  /** AE title of whoever sent the object: (0002,0016). */
  sourceAeTitle?: string
}

/**
 * A complete Part 10 file around the bytes of a data set as they came, in one piece or several (PS3.10 7.1).
 *
 * file = 128 zero bytes | 'DICM' | file meta, explicit VR little endian | data set in its own transfer syntax
 */
export function buildPart10(meta: FileMeta, ...dataSet: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([
    element(0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 'UI', uid(meta.sopClassUid)),
    element(0x0003, 'UI', uid(meta.sopInstanceUid)),
    element(0x0010, 'UI', uid(meta.transferSyntaxUid)),
    element(0x0012, 'UI', uid(IMPLEMENTATION_CLASS_UID)),
    element(0x0013, 'SH', padded(IMPLEMENTATION_VERSION_NAME, ' ')),
    ...(meta.sourceAeTitle ? [element(0x0016, 'AE', padded(meta.sourceAeTitle, ' '))] : [])
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([
    Buffer.alloc(PREAMBLE_BYTES),
    Buffer.from('DICM'),
    element(0x0000, 'UL', length),
    body,
    ...dataSet
  ])
}

/** Whether the bytes begin as a Part 10 file does. */
export const isPart10 = (bytes: Uint8Array): boolean =>
  bytes.length >= PREAMBLE_BYTES + 4 &&
  Buffer.from(bytes.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + 4)).toString('latin1') === 'DICM'

/**
 * The file with its preamble zeroed: a preamble may make the same bytes a program or a PDF (CVE-2019-11687).
 * @returns the same array when it is clean already
 * @throws AppError DICOM_NOT_PART10
 */
export function withoutPreamble(bytes: Uint8Array): Uint8Array {
  if (!isPart10(bytes)) throw new AppError('DICOM_NOT_PART10')
  if (bytes.subarray(0, PREAMBLE_BYTES).every((byte) => byte === 0)) return bytes
  const clean = Uint8Array.from(bytes)
  clean.fill(0, 0, PREAMBLE_BYTES)
  return clean
}

function element(number: number, vr: string, value: Buffer): Buffer {
  const long = vr === 'OB'
  const head = Buffer.alloc(long ? 12 : 8)
  head.writeUInt16LE(0x0002, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  if (long) head.writeUInt32LE(value.length, 8)
  else head.writeUInt16LE(value.length, 6)
  return Buffer.concat([head, value])
}

const uid = (text: string): Buffer => padded(text, '\u0000')

function padded(text: string, pad: string): Buffer {
  return Buffer.from(text.length % 2 === 0 ? text : text + pad, 'latin1')
}
