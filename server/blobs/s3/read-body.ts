import type { Readable } from 'node:stream'
import { AppError } from '../../../core/errors/app-error.ts'

/**
 * The whole body, when it is as long as the answer said and within the limit.
 *
 * @throws AppError BLOB_MISSING reason 'too-large'; STORE_UNAVAILABLE reason 'truncated' when it ended early
 */
export async function readBody(
  body: Readable,
  { length, maxBytes }: { length: number | undefined; maxBytes: number }
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    if (length !== undefined && length > maxBytes) throw new AppError('BLOB_MISSING', { reason: 'too-large' })
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > maxBytes) throw new AppError('BLOB_MISSING', { reason: 'too-large' })
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('STORE_UNAVAILABLE', { reason: 'truncated', cause })
  } finally {
    body.destroy()
  }
  if (length !== undefined && size !== length) throw new AppError('STORE_UNAVAILABLE', { reason: 'truncated' })
  return Buffer.concat(chunks, size)
}
