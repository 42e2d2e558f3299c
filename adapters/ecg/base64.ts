import { AppError } from '../../core/errors/app-error.ts'
import { withoutEnding } from '../../core/text-end.ts'

/**
 * Bytes of a base64 text (RFC 4648 section 4), blanks and line ends left out, padding optional.
 * @throws AppError DECODE_FAILED (reason 'base64')
 */
export function base64Bytes(text: string, at: string): Buffer {
  const packed = text.replaceAll(/[\t\n\r ]+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || withoutEnding(packed, '=').length % 4 === 1) {
    throw new AppError('DECODE_FAILED', { at, reason: 'base64' })
  }
  return Buffer.from(packed, 'base64')
}

/** Signed 16-bit little-endian counts. @throws AppError WAVEFORM_INCONSISTENT (reason 'odd-bytes') */
export function int16Counts(bytes: Buffer, at: string): Float64Array {
  if (bytes.length % 2 !== 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'odd-bytes' })
  const counts = new Float64Array(bytes.length / 2)
  for (let i = 0; i < counts.length; i++) counts[i] = bytes.readInt16LE(i * 2)
  return counts
}
