import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../../../core/errors/app-error.ts'

/** A table larger than this is not read whole: 512 MiB hold some fifty thousand stays of 48 h. */
export const MAX_TABLE_BYTES = 512 * 2 ** 20

/**
 * The bytes of a table, unzipped where its name ends in `.gz`.
 *
 * @throws AppError BAD_REQUEST reason `too-large`, or `unreadable` (no such file, not gzip, cut off), at the file's name
 */
export async function readTable(file: string, { maxBytes = MAX_TABLE_BYTES } = {}): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const at = basename(file)
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      length += chunk.length
      if (length > maxBytes) throw new AppError('BAD_REQUEST', { reason: 'too-large', at })
      chunks.push(chunk)
    }
  }
  try {
    await pipeline(createReadStream(file), file.endsWith('.gz') ? createGunzip() : new PassThrough(), collect)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('BAD_REQUEST', { reason: 'unreadable', at, cause })
  }
  return Buffer.concat(chunks, length)
}
