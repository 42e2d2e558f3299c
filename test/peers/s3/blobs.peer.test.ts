import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { createBlobs } from '../../../server/blobs/index.ts'
import { s3Client } from '../../../server/blobs/s3/client.ts'
import { createS3BlobStore } from '../../../server/blobs/s3/s3-blob-store.ts'
import type { S3BlobsConfig } from '../../../server/config/sections/blobs.ts'
import { SECTIONS } from '../../../server/config/sections/index.ts'
import { blobStoreContract } from '../../contract/blob-store.contract.ts'
import { buildWorld } from '../../support/world.ts'
import { type S3Peer, startS3 } from './moto.ts'

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

let peer: S3Peer
let dir: string
beforeAll(async () => {
  peer = await startS3()
  dir = mkdtempSync(join(tmpdir(), 'hb-s3-'))
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ accessKeyId: 'test', secretAccessKey: 'secret' }))
})
afterAll(async () => {
  await peer.stop()
  rmSync(dir, { recursive: true, force: true })
})

const settings = (bucket: string, more: object = {}) => ({
  kind: 's3' as const,
  endpoint: peer.endpoint,
  bucket,
  prefix: 'site-a/',
  pathStyle: true,
  credentialsFile: join(dir, 'credentials.json'),
  ...more
})
const configOf = (bucket: string, more: object = {}): S3BlobsConfig =>
  SECTIONS.blobs.complete(settings(bucket, more) as S3BlobsConfig) as S3BlobsConfig

async function freshBucket(): Promise<string> {
  const bucket = `blobs-${randomUUID()}`
  await s3Client(configOf(bucket)).send(new CreateBucketCommand({ Bucket: bucket }))
  return bucket
}

blobStoreContract('S3', async () => {
  const bucket = await freshBucket()
  const client = s3Client(configOf(bucket))
  return {
    blobs: createS3BlobStore(configOf(bucket)),
    reopen: async () => createS3BlobStore(configOf(bucket)),
    async damage(sha256) {
      const Key = `site-a/${sha256.slice(0, 2)}/${sha256}`
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'abd' }))
    },
    dispose: async () => client.destroy()
  }
})

test('an object lies under its hash below the prefix, and the store keeps the sha256 that came with it', async () => {
  const bucket = await freshBucket()
  const client = s3Client(configOf(bucket))
  await createS3BlobStore(configOf(bucket)).put(Buffer.from('abc'))
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
  expect(Contents.map(({ Key }) => Key)).toEqual([`site-a/ba/${ABC}`])
  const head = await client.send(
    new HeadObjectCommand({ Bucket: bucket, Key: `site-a/ba/${ABC}`, ChecksumMode: 'ENABLED' })
  )
  expect(Buffer.from(head.ChecksumSHA256 ?? '', 'base64').toString('hex')).toBe(ABC)
})

test('a bucket that is not there: the server starts, says so in /readyz, and takes what comes once it is there', async () => {
  const bucket = `blobs-${randomUUID()}`
  const world = await buildWorld({ config: { blobs: settings(bucket, { tries: 1 }) }, mode: 'off' })
  try {
    const before = await fetch(`${world.http}/readyz`)
    expect(before.status).toBe(503)
    expect(await before.json()).toMatchObject({ ready: false, parts: { blobs: 'bucket-missing', store: 'up' } })
    await expect(world.app.blobs.put(Buffer.from('abc'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      reason: 'bucket-missing'
    })
    await s3Client(configOf(bucket)).send(new CreateBucketCommand({ Bucket: bucket }))
    expect((await fetch(`${world.http}/readyz`)).status).toBe(200)
    const stored = await world.app.blobs.put(Buffer.from('abc'))
    expect(stored).toEqual({ sha256: ABC, size: 3 })
  } finally {
    await world.stop()
  }
})

test('a message that is too large for the bus goes by the bucket, through every step', async () => {
  const bucket = await freshBucket()
  const world = await buildWorld({ config: { blobs: settings(bucket) }, mode: 'off' })
  try {
    const entry = Array.from({ length: 120 }, (_, i) => ({
      resource: {
        resourceType: 'Observation',
        identifier: [{ system: 'urn:example:large', value: `L${i}` }],
        status: 'final',
        code: { text: 'x'.repeat(3000) }
      },
      request: { method: 'POST', url: 'Observation', ifNoneExist: `identifier=urn:example:large|L${i}` }
    }))
    const response = await fetch(`${world.http}/inbound/drop`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
    })
    expect(response.status).toBe(202)
    const { messages } = await world.until('the end of the message', async () => {
      const found = await world.admin<{ counts: Record<string, number>; messages: { state: string }[] }>(
        '/admin/messages'
      )
      return found.messages.length > 0 && found.counts.received === 0 ? found : undefined
    })
    expect(messages.map(({ state }) => state)).not.toContain('parked')
    const { Contents = [] } = await s3Client(configOf(bucket)).send(new ListObjectsV2Command({ Bucket: bucket }))
    expect(Contents.length).toBeGreaterThan(0)
  } finally {
    await world.stop()
  }
})

test('the store of the configuration is S3 when it says so', async () => {
  const blobs = await createBlobs({ blobs: configOf(await freshBucket()), dataDir: dir, roles: [] })
  expect(await blobs.has(ABC)).toBe(false)
  await blobs.put(Buffer.from('abc'))
  expect(await blobs.has(ABC)).toBe(true)
})
