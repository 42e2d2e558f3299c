import { constants, inflateRawSync } from 'node:zlib'
import { AppError } from '../core/errors/app-error.ts'
import { MAX_INFLATED_BYTES } from './limits.ts'

/** What is looked at of a data set before the append. */
export const INFLATED_HEAD_BYTES = 64 * 1024
/** The compressed pieces that are tried for the head, each twice the one before. */
const FIRST_PIECE_BYTES = 512
/** Deflate makes at most 1032 bytes of one: a piece of 512 bytes too many becomes 16 MiB at most. */
const MAX_HEAD_BYTES = 16 * 1024 * 1024

/**
 * The whole of a deflated data set (PS3.5 A.5, RFC 1951).
 * @throws AppError DICOM_LIMIT (past the limit on inflated bytes), DICOM_TRUNCATED (no deflated bytes, or cut off)
 */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  return inflateUpTo(bytes, Math.min(maxBytes, MAX_INFLATED_BYTES))
}

/**
 * The first INFLATED_HEAD_BYTES of a deflated data set, all of it when it is shorter. Of the compressed bytes only as many
 * are read as that takes. Same errors as `inflate`, except that what was cut off gives what it holds.
 */
export function inflateHead(bytes: Uint8Array): Uint8Array {
  for (let piece = FIRST_PIECE_BYTES; ; piece *= 2) {
    const plain = inflateUpTo(bytes.subarray(0, piece), MAX_HEAD_BYTES, { finishFlush: constants.Z_SYNC_FLUSH })
    if (plain.length >= INFLATED_HEAD_BYTES) return plain.subarray(0, INFLATED_HEAD_BYTES)
    if (piece >= bytes.length) return plain
  }
}

function inflateUpTo(bytes: Uint8Array, maxOutputLength: number, options: { finishFlush?: number } = {}): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength, ...options })
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    throw new AppError(tooLarge ? 'DICOM_LIMIT' : 'DICOM_TRUNCATED', { reason: 'deflate', cause: error })
  }
}
