import { defineSection } from './section.ts'

export interface BlobsConfig {
  kind: 'file'
}

export const blobs = defineSection<BlobsConfig>({ kind: 'file' })
