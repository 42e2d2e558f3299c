import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

export interface FileBlobsConfig {
  kind: 'file'
  /** Folder; '': `blobs` under the data folder. Several processes share one by a file system that they share. */
  dir: string
}

export interface S3BlobsConfig {
  kind: 's3'
  /** 'https://s3.example.org' of an S3-compatible store; '': Amazon's own of that region. */
  endpoint: string
  region: string
  bucket: string
  /** Before every key, 'site-a/' for instance. */
  prefix: string
  /** `https://endpoint/bucket/key` in place of `https://bucket.endpoint/key`. Most stores other than Amazon's want it. */
  pathStyle: boolean
  /** PEM file of the authority that signed the endpoint's certificate; '': those that Node trusts. */
  caFile: string
  /** JSON file { accessKeyId, secretAccessKey, sessionToken? }; '': AWS_ACCESS_KEY_ID and so on, or the instance's role. */
  credentialsFile: string
  /** For one try of one request. */
  timeoutMs: number
  /** Tries of one request before it fails as STORE_UNAVAILABLE. */
  tries: number
  /** Requests at a time. */
  connections: number
  /** A larger object is taken for damaged: no memory for what we never wrote. */
  maxBytes: number
}

export type BlobsConfig = FileBlobsConfig | S3BlobsConfig

const FILE: FileBlobsConfig = { kind: 'file', dir: '' }
const S3: Omit<S3BlobsConfig, 'bucket'> = {
  kind: 's3',
  endpoint: '',
  region: 'us-east-1',
  prefix: '',
  pathStyle: false,
  caFile: '',
  credentialsFile: '',
  timeoutMs: 10_000,
  tries: 4,
  connections: 16,
  maxBytes: 1024 * 1024 * 1024
}

export const blobs = defineSection<BlobsConfig>(FILE, [...Object.keys(S3), 'bucket'], complete)

function complete(given: Partial<BlobsConfig>): BlobsConfig {
  if (given.kind === 'file') return { ...FILE, ...known(given, FILE, 'file') }
  if (given.kind !== 's3') throw new AppError('CONFIG_INVALID', { at: 'blobs.kind', reason: 'value' })
  const { dir, ...rest } = given as Partial<S3BlobsConfig> & { dir?: string }
  if (dir) throw new AppError('CONFIG_INVALID', { at: 'blobs.dir', reason: 'not-for-s3' })
  const { bucket, ...s3 } = { ...S3, ...rest }
  if (!bucket) throw new AppError('CONFIG_INVALID', { at: 'blobs.bucket', reason: 'required' })
  for (const key of ['timeoutMs', 'tries', 'connections', 'maxBytes'] as const) {
    if (!(Number.isInteger(s3[key]) && s3[key] > 0)) {
      throw new AppError('CONFIG_INVALID', { at: `blobs.${key}`, reason: 'value' })
    }
  }
  if (s3.endpoint !== '' && !/^https?:$/.test(URL.parse(s3.endpoint)?.protocol ?? '')) {
    throw new AppError('CONFIG_INVALID', { at: 'blobs.endpoint', reason: 'not-a-url' })
  }
  return { bucket, ...s3 }
}

/** Keys of the other kind are a mistake, not a comment. */
function known<T extends object>(given: object, defaults: T, kind: string): Partial<T> {
  for (const key of Object.keys(given)) {
    if (!(key in defaults)) throw new AppError('CONFIG_INVALID', { at: `blobs.${key}`, reason: `not-for-${kind}` })
  }
  return given
}
