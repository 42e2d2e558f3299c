import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const SHA256 = /^[0-9a-f]{64}$/

/** Relative path of a blob in the folder of a file blob store, and in a backup of it. */
export const blobPath = (sha256: string): string => join(sha256.slice(0, 2), sha256)

/** The blobs of a folder by their hash, one sub-folder after the other, so that a million of them are never in memory. */
export async function* blobsOf(dir: string): AsyncIterable<string> {
  for (const folder of await entries(dir)) {
    if (!folder.isDirectory() || !/^[0-9a-f]{2}$/.test(folder.name)) continue
    for (const file of await entries(join(dir, folder.name)))
      if (file.isFile() && SHA256.test(file.name)) yield file.name
  }
}

/** A folder that is not there has no entries. */
async function entries(dir: string): Promise<Dirent[]> {
  try {
    return (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
