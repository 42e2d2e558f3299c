import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { s3Client } from '../../../server/blobs/s3/client.ts'
import type { S3BlobsConfig } from '../../../server/config/sections/blobs.ts'
import { SECTIONS } from '../../../server/config/sections/index.ts'
import { startS3 } from './moto.ts'

/** A store with one empty bucket, and the section of the configuration that names it; `dir` keeps its credentials. */
export async function startBucket(dir: string) {
  const peer = await startS3()
  const credentialsFile = join(dir, 's3.json')
  writeFileSync(credentialsFile, JSON.stringify({ accessKeyId: 'test', secretAccessKey: 'secret' }))
  const config = { kind: 's3', endpoint: peer.endpoint, bucket: 'blobs', pathStyle: true, credentialsFile }
  const client = s3Client(SECTIONS.blobs.complete(config as S3BlobsConfig) as S3BlobsConfig)
  await client.send(new CreateBucketCommand({ Bucket: config.bucket }))
  client.destroy()
  return { config, stop: peer.stop }
}
