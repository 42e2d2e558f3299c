import { readFileSync } from 'node:fs'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { AppError } from '../../../core/errors/app-error.ts'
import type { S3BlobsConfig } from '../../config/sections/blobs.ts'

/**
 * The client of Amazon's SDK: it signs, tries again with back-off what passed may not (503, throttling, a cut connection)
 * and gives up on a silent socket.
 *
 * @throws AppError CONFIG_INVALID at `blobs.caFile` or `blobs.credentialsFile`
 */
export function s3Client(config: S3BlobsConfig): S3Client {
  const { endpoint, region, pathStyle, caFile, credentialsFile, timeoutMs, tries, connections } = config
  const agent = { keepAlive: true, maxSockets: connections }
  const options: S3ClientConfig = {
    region,
    forcePathStyle: pathStyle,
    maxAttempts: tries,
    retryMode: 'standard',
    // Our own sha256 goes with every put and is checked after every get; a second checksum would only cost.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: timeoutMs,
      // Of silence, not of the whole: a large object may take its time.
      socketTimeout: timeoutMs,
      httpAgent: agent,
      httpsAgent: { ...agent, ...(caFile ? { ca: readText(caFile, 'caFile') } : {}) }
    }
  }
  if (endpoint) options.endpoint = endpoint
  if (credentialsFile) options.credentials = credentialsOf(readText(credentialsFile, 'credentialsFile'))
  return new S3Client(options)
}

function readText(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { at: `blobs.${key}`, reason: 'not-readable', cause })
  }
}

function credentialsOf(text: string): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  const at = 'blobs.credentialsFile'
  let found: Record<string, unknown>
  try {
    found = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Not as the cause: the parser's message quotes the text.
    throw new AppError('CONFIG_INVALID', { at, reason: 'not-json' })
  }
  const { accessKeyId, secretAccessKey, sessionToken } = found
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new AppError('CONFIG_INVALID', { at, reason: 'required' })
  }
  return { accessKeyId, secretAccessKey, ...(typeof sessionToken === 'string' ? { sessionToken } : {}) }
}
