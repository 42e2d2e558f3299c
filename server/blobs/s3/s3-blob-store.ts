import type { Readable } from 'node:stream'
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { BlobStore } from '../../../core/blob-store.ts'
import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import { sha256 } from '../../../core/ids.ts'
import type { S3BlobsConfig } from '../../config/sections/blobs.ts'
import { s3Client } from './client.ts'
import { readBody } from './read-body.ts'
import { createSlots } from './slots.ts'

const SHA256 = /^[0-9a-f]{64}$/
/** An answer cut short or of other bytes is asked for once more: the way may be at fault and not the store. */
const READS = 2
const NO_BLOB = '0'.repeat(64)

/**
 * Blobs as objects `<prefix><first two hex digits>/<sha256>` of one bucket of an S3-compatible store. A put is one request
 * that carries the sha256, so that the store refuses other bytes; writing the same bytes again writes the same object,
 * which also heals a damaged one. What comes back is hashed again.
 *
 * @throws AppError STORE_UNAVAILABLE with reason bucket-missing, access-denied, truncated or unreachable; CONFIG_INVALID
 */
export function createS3BlobStore(config: S3BlobsConfig): BlobStore {
  const { bucket, prefix, connections, maxBytes } = config
  const client = s3Client(config)
  const inSlot = createSlots(connections)
  const running = new Map<string, Promise<void>>()
  const keyOf = (hash: string): string => `${prefix}${hash.slice(0, 2)}/${hash}`

  async function write(hash: string, bytes: Uint8Array): Promise<void> {
    const ChecksumSHA256 = Buffer.from(hash, 'hex').toString('base64')
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(hash),
      Body: bytes,
      ChecksumAlgorithm: 'SHA256',
      ChecksumSHA256
    })
    try {
      await client.send(put)
    } catch (error) {
      throw unavailable(error)
    }
  }

  async function read(hash: string): Promise<Uint8Array> {
    try {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(hash) }))
      const bytes = await readBody(Body as Readable, { length: ContentLength, maxBytes })
      if (sha256(bytes) !== hash) throw new AppError('BLOB_MISSING', { reason: 'damaged' })
      return bytes
    } catch (error) {
      if (error instanceof AppError) throw error
      if (nameOf(error) === 'NoSuchKey') throw new AppError('BLOB_MISSING', { reason: 'absent' })
      throw unavailable(error)
    }
  }

  return {
    async put(bytes) {
      const hash = sha256(bytes)
      // Two callers with the same bytes share one write.
      let writing = running.get(hash)
      if (!writing) {
        writing = inSlot(() => write(hash, bytes)).finally(() => running.delete(hash))
        running.set(hash, writing)
      }
      await writing
      return { sha256: hash, size: bytes.byteLength }
    },

    async get(hash) {
      if (!SHA256.test(hash)) throw new AppError('BLOB_MISSING', { reason: 'name' })
      return inSlot(async () => {
        for (let tries = 1; ; tries++) {
          try {
            return await read(hash)
          } catch (thrown) {
            const { reason } = asAppError(thrown)
            if (tries >= READS || (reason !== 'truncated' && reason !== 'damaged')) throw thrown
          }
        }
      })
    },

    async has(hash) {
      if (!SHA256.test(hash)) return false
      return inSlot(async () => {
        try {
          await client.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(hash) }))
          return true
        } catch (error) {
          if (statusOf(error) === 404) return false
          throw unavailable(error)
        }
      })
    },

    async check() {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }))
      } catch (error) {
        if (statusOf(error) === 404) throw new AppError('STORE_UNAVAILABLE', { reason: 'bucket-missing', cause: error })
        // Who may only read and write objects may not ask about the bucket; an object that cannot be says the rest.
        if (statusOf(error) !== 403) throw unavailable(error)
        await read(NO_BLOB).catch((thrown: unknown) => {
          if (asAppError(thrown).code !== 'BLOB_MISSING') throw thrown
        })
      }
    }
  }
}

const nameOf = (error: unknown): string => (error as { name?: string }).name ?? ''
const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode

/** Without the message of the store, which may name keys and hosts. */
function unavailable(error: unknown): AppError {
  const reason =
    nameOf(error) === 'NoSuchBucket' ? 'bucket-missing' : statusOf(error) === 403 ? 'access-denied' : 'unreachable'
  return new AppError('STORE_UNAVAILABLE', { reason, cause: error })
}
