import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobStore } from '../../core/blob-store.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { failpoint } from '../../core/failpoint.ts'
import { sha256 } from '../../core/ids.ts'
import { blobsOf } from './blob-files.ts'

const SHA256 = /^[0-9a-f]{64}$/
/** No blob takes so long to write. */
const ABANDONED_MS = 60 * 60_000

/** What the store does to the disk beyond reading; passed in so that a test sees the order and makes it fail. */
export interface BlobDisk {
  /** Writes a new file and returns after its fsync. */
  writeDurably(path: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** fsync of a folder: its entries are then durable. */
  syncFolder(path: string): Promise<void>
}

export const systemDisk: BlobDisk = {
  async writeDurably(path, bytes) {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  },
  rename,
  async syncFolder(path) {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}

/**
 * Blobs as files `<dir>/<first two hex digits>/<sha256>`. A blob appears under its name only whole: temporary file,
 * fsync, rename, fsync of the folder. The name is a hash of ours, never a value of the sender.
 *
 * Left-over temporary files of a crash lie in `<dir>/tmp`, which is emptied when the store is made; in a folder that other
 * processes write to as well, of what nobody can still be writing. A file's time is that
 * of its last put, also of one that found it there. What is about to be collected lies in `<dir>/aside` for a moment; what
 * a crash left there is put back.
 */
export async function createFileBlobStore(
  dir: string,
  disk: BlobDisk = systemDisk,
  { isShared = false } = {}
): Promise<BlobStore & Required<Pick<BlobStore, 'list' | 'collect'>>> {
  const tmp = join(dir, 'tmp')
  const asideDir = join(dir, 'aside')
  await putBack(dir, asideDir)
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  await removeOlder(tmp, isShared ? ABANDONED_MS : Number.NEGATIVE_INFINITY)
  await disk.syncFolder(dir)
  const folders = new Map<string, Promise<void>>()
  const running = new Map<string, Promise<void>>()

  const pathOf = (hash: string): string => join(dir, hash.slice(0, 2), hash)

  function folder(path: string): Promise<void> {
    const known = folders.get(path)
    if (known) return known
    const made = mkdir(path, { recursive: true, mode: 0o700 }).then(() => disk.syncFolder(dir))
    folders.set(path, made)
    made.catch(() => folders.delete(path))
    return made
  }

  async function write(hash: string, bytes: Uint8Array): Promise<void> {
    const path = pathOf(hash)
    await folder(dirname(path))
    // Before the look: from here on a collection finds it new, or has taken it away and it is written again.
    await touch(path)
    if (await isWhole(path, hash, bytes.byteLength)) {
      // Another process may have renamed it without the folder's fsync having returned yet.
      await disk.syncFolder(dirname(path))
      return
    }
    const temporary = join(tmp, randomUUID())
    try {
      await disk.writeDurably(temporary, bytes)
      failpoint('blob.written')
      await disk.rename(temporary, path)
      failpoint('blob.renamed')
    } catch (error) {
      await rm(temporary, { force: true })
      throw new AppError('STORE_UNAVAILABLE', { reason: 'blob-write', cause: error })
    }
    await disk.syncFolder(dirname(path))
  }

  return {
    async put(bytes) {
      const hash = sha256(bytes)
      // Two callers with the same bytes share one write.
      let writing = running.get(hash)
      if (!writing) {
        writing = write(hash, bytes).finally(() => running.delete(hash))
        running.set(hash, writing)
      }
      await writing
      return { sha256: hash, size: bytes.byteLength }
    },

    async get(hash) {
      if (!SHA256.test(hash)) throw new AppError('BLOB_MISSING', { reason: 'name' })
      let bytes: Uint8Array
      try {
        bytes = await readFile(pathOf(hash))
      } catch (error) {
        const absent = (error as NodeJS.ErrnoException).code === 'ENOENT'
        throw new AppError(absent ? 'BLOB_MISSING' : 'STORE_UNAVAILABLE', { reason: 'blob-read', cause: error })
      }
      if (sha256(bytes) !== hash) throw new AppError('BLOB_MISSING', { reason: 'damaged' })
      return bytes
    },

    async has(hash) {
      if (!SHA256.test(hash)) return false
      return stat(pathOf(hash)).then(
        (found) => found.isFile(),
        () => false
      )
    },

    async *list() {
      for await (const hash of blobsOf(dir)) {
        const found = await stat(pathOf(hash)).catch(() => undefined)
        if (found) yield { sha256: hash, size: found.size, lastPut: found.mtime }
      }
    },

    async collect(hash, notPutSince) {
      if (!SHA256.test(hash)) return false
      const path = pathOf(hash)
      const aside = join(asideDir, hash)
      try {
        if ((await stat(path)).mtime >= notPutSince) return false
        await mkdir(asideDir, { recursive: true, mode: 0o700 })
        // Out of reach first, then looked at again: a put that touched it in between gets it back, a later one writes anew.
        await disk.rename(path, aside)
        if ((await stat(aside)).mtime >= notPutSince) {
          await disk.rename(aside, path)
          await disk.syncFolder(dirname(path))
          return false
        }
        await rm(aside)
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
        throw new AppError('STORE_UNAVAILABLE', { reason: 'blob-collect', cause: error })
      }
    }
  }
}

async function putBack(dir: string, asideDir: string): Promise<void> {
  const names = await readdir(asideDir).catch(() => [])
  for (const hash of names.filter((name) => SHA256.test(name))) {
    await mkdir(join(dir, hash.slice(0, 2)), { recursive: true, mode: 0o700 })
    await rename(join(asideDir, hash), join(dir, hash.slice(0, 2), hash))
  }
}

/** A file that is not there is about to be written. */
async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

/** A damaged file is written anew by the next put of the same bytes. */
async function isWhole(path: string, hash: string, size: number): Promise<boolean> {
  try {
    if ((await stat(path)).size !== size) return false
    return sha256(await readFile(path)) === hash
  } catch {
    return false
  }
}

async function removeOlder(dir: string, ms: number): Promise<void> {
  const before = Date.now() - ms
  for (const name of await readdir(dir)) {
    // Another process may be clearing too.
    const written = await stat(join(dir, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY
    )
    if (written < before) await rm(join(dir, name), { recursive: true, force: true })
  }
}
