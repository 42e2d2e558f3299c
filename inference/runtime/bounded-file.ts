import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'

/** Read in pieces of this size, so that hashing a large file never holds up the event loop for long. */
const PIECE_BYTES = 1024 * 1024

/**
 * The bytes of a file of a model folder.
 *
 * @throws AppError MODEL_UNAVAILABLE: `file-missing`, `link` (it lies elsewhere), `not-a-file`, `too-large`
 */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const { handle, size } = await openInPlace(path, maxBytes)
  try {
    const bytes = Buffer.allocUnsafe(size)
    let read = 0
    for (let more = 1; read < size && more > 0; read += more) {
      more = (await handle.read(bytes, read, Math.min(PIECE_BYTES, size - read), read)).bytesRead
    }
    return bytes.subarray(0, read)
  } finally {
    await handle.close()
  }
}

/**
 * Whether a file of a model folder has the hash that its manifest names; never held in memory as a whole.
 *
 * @returns its size
 * @throws AppError MODEL_CHANGED, and what `readBounded` throws
 */
export async function verifyFile(path: string, expectedSha256: string, maxBytes: number): Promise<number> {
  const { handle, size } = await openInPlace(path, maxBytes)
  try {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, size)))
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, at)
      if (bytesRead === 0) break
      hash.update(piece.subarray(0, bytesRead))
      at += bytesRead
    }
    if (hash.digest('hex') !== expectedSha256) throw new AppError('MODEL_CHANGED', { at: basename(path) })
    return size
  } finally {
    await handle.close()
  }
}

async function openInPlace(path: string, maxBytes: number): Promise<{ handle: FileHandle; size: number }> {
  const at = basename(path)
  const unavailable = (reason: string, cause?: unknown) => new AppError('MODEL_UNAVAILABLE', { reason, at, cause })
  // A link inside the folder may point anywhere; the folder itself may be reached through one. Without O_NOFOLLOW the file
  // could be exchanged for a link after a look at it; O_NONBLOCK because a pipe without a writer would be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw unavailable(error.code === 'ELOOP' ? 'link' : 'file-missing', error)
    }
  )
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw unavailable('not-a-file')
    if (stats.size > maxBytes) throw unavailable('too-large')
    return { handle, size: stats.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}
