import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelFolder } from '../../core/model.ts'

/** sha256 of the records that the model has seen: the file that the manifest names, or what the manifest itself lists. */
export async function trainingHashes(folder: ModelFolder): Promise<Set<string>> {
  const { training } = folder.manifest
  const file = training['recordsFile']
  const listed: unknown =
    typeof file === 'string'
      ? (JSON.parse(await readFile(join(folder.dir, basename(file)), 'utf8')) as { records?: unknown }).records
      : training['records']
  const hashes = Array.isArray(listed) ? listed : []
  return new Set(hashes.filter((hash): hash is string => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)))
}
