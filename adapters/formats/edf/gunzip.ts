import { gunzipSync } from 'node:zlib'
import { AppError } from '../../../core/errors/app-error.ts'

/** What a compressed file may become: no more than a message may be that comes as it is. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024

/**
 * A file as it is, or what a gzip of it holds (RFC 1952).
 * @throws AppError MESSAGE_TOO_LARGE (inflated), DECODE_FAILED (gzip)
 */
export function gunzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES })
  } catch (cause) {
    const isTooLarge = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge
      ? new AppError('MESSAGE_TOO_LARGE', { reason: 'inflated', cause })
      : new AppError('DECODE_FAILED', { reason: 'gzip', cause })
  }
}
