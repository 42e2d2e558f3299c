import { join } from 'node:path'
import type { BlobStore } from '../../core/blob-store.ts'
import type { Config } from '../config/schema.ts'
import { ROLES } from '../config/sections/roles.ts'
import { createFileBlobStore, systemDisk } from './file-blob-store.ts'

/** The blob store that the configuration names. The S3 client is loaded only where it is used. */
export async function createBlobs({
  blobs,
  dataDir,
  roles
}: Pick<Config, 'blobs' | 'dataDir' | 'roles'>): Promise<BlobStore> {
  if (blobs.kind === 'file') {
    const isShared = blobs.dir !== '' || roles.length < ROLES.length
    return createFileBlobStore(blobs.dir || join(dataDir, 'blobs'), systemDisk, { isShared })
  }
  const { createS3BlobStore } = await import('./s3/s3-blob-store.ts')
  return createS3BlobStore(blobs)
}
