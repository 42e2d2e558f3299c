import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'

/** A model folder has a file or two more than its golden vectors. */
const MAX_FILES = 2000
const MAX_DEPTH = 3
/** All besides the model file. */
const MAX_OTHER_BYTES = 512 * 1024 * 1024

export interface FolderFile {
  /** Relative path with '/'. */
  path: string
  bytes: number
}

/**
 * Every file of a folder that is about to be taken in. Nothing is followed: a link, a pipe or a device refuses the whole folder, since
 * what it shows now may be something else when the model is loaded.
 *
 * @param maxModelBytes of the largest file
 * @throws AppError MODEL_UNAVAILABLE: `folder-missing`, `link`, `not-a-file`, `too-large`, `too-many-files`
 */
export async function folderFiles(dir: string, maxModelBytes: number): Promise<FolderFile[]> {
  const files: FolderFile[] = []
  await walk('', 1)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > maxModelBytes + MAX_OTHER_BYTES) throw refused('too-large')
  return files

  async function walk(under: string, depth: number): Promise<void> {
    const entries = await readdir(join(dir, under)).catch((cause: unknown) => {
      throw refused('folder-missing', undefined, cause)
    })
    for (const name of entries.sort()) {
      const path = under ? `${under}/${name}` : name
      const stats = await lstat(join(dir, path))
      if (stats.isSymbolicLink()) throw refused('link', path)
      if (stats.isDirectory()) {
        if (depth >= MAX_DEPTH) throw refused('too-deep', path)
        await walk(path, depth + 1)
        continue
      }
      if (!stats.isFile()) throw refused('not-a-file', path)
      if (stats.size > maxModelBytes) throw refused('too-large', path)
      files.push({ path, bytes: stats.size })
      if (files.length > MAX_FILES) throw refused('too-many-files')
    }
  }
}

const refused = (reason: string, at?: string, cause?: unknown) =>
  new AppError('MODEL_UNAVAILABLE', { reason, ...(at ? { at } : {}), cause })
