import type { BlobStore } from '../../core/blob-store.ts'
import { createNameSet } from './name-set.ts'
import { type NameSources, namedBlobs } from './named-blobs.ts'

export interface Collected {
  /** Blobs that are there. */
  blobs: number
  /** Those that nothing names and that were last put before the grace period. */
  count: number
  bytes: number
}

/**
 * Deletes the blobs that nothing names: first all names are gathered, then every blob that was last put before the limit is
 * looked up among them. A blob put while this runs is younger than the limit, and a put of the same bytes at the very moment
 * of its collection keeps it (BlobStore.collect), so nothing that is on its way is lost.
 *
 * @param notPutSince now minus the grace period: longer than any message takes from its blob to its record
 * @param scratch folder for the set of names while this runs
 * @returns undefined when the blob store leaves collecting to its engine
 */
export async function collectBlobs(
  sources: NameSources & { blobs: BlobStore },
  { notPutSince, scratch, dryRun }: { notPutSince: Date; scratch: string; dryRun: boolean }
): Promise<Collected | undefined> {
  const { blobs } = sources
  if (!blobs.list || !blobs.collect) return undefined
  const named = createNameSet(scratch)
  const found: Collected = { blobs: 0, count: 0, bytes: 0 }
  try {
    for await (const names of namedBlobs(sources)) named.add(names)
    for await (const { sha256, size, lastPut } of blobs.list()) {
      found.blobs++
      if (lastPut >= notPutSince || named.has(sha256)) continue
      if (!dryRun && !(await blobs.collect(sha256, notPutSince))) continue
      found.count++
      found.bytes += size
    }
  } finally {
    named.close()
  }
  return found
}
