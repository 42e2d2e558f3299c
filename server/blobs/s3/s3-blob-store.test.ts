import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../../core/ids.ts'
import type { S3BlobsConfig } from '../../config/sections/blobs.ts'
import { SECTIONS } from '../../config/sections/index.ts'
import { createS3BlobStore } from './s3-blob-store.ts'

/** A store that answers as it is told: what real ones do when they are ill. The well ones are in test/peers/s3. */
let server: Server
let dir: string
let answer: (request: IncomingMessage, response: ServerResponse, n: number) => void
let requests: { method: string; path: string; headers: IncomingMessage['headers'] }[]

const BYTES = Buffer.from('the bytes of a blob')
const HASH = sha256(BYTES)

beforeEach(async () => {
  requests = []
  dir = mkdtempSync(join(tmpdir(), 'hb-s3-'))
  writeFileSync(join(dir, 'key.json'), JSON.stringify({ accessKeyId: 'id', secretAccessKey: 'secret' }))
  server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers })
    request.resume()
    request.on('end', () => answer(request, response, requests.length))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(dir, { recursive: true })
})

const configOf = (more: Partial<S3BlobsConfig> = {}): S3BlobsConfig =>
  SECTIONS.blobs.complete({
    kind: 's3',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'b',
    pathStyle: true,
    credentialsFile: join(dir, 'key.json'),
    timeoutMs: 200,
    tries: 2,
    ...more
  } as S3BlobsConfig) as S3BlobsConfig
const open = (more?: Partial<S3BlobsConfig>) => createS3BlobStore(configOf(more))

const xml = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`)
}

test('puts once what the store takes at the first try, under its hash, with the sha256 for the store to check', async () => {
  answer = (_request, response) => response.end()
  expect(await open().put(BYTES)).toEqual({ sha256: HASH, size: BYTES.length })
  expect(requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    `PUT /b/${HASH.slice(0, 2)}/${HASH}`
  ])
  expect(requests[0]!.headers['x-amz-checksum-sha256']).toBe(Buffer.from(HASH, 'hex').toString('base64'))
})

test('a store that is busy for a moment (503) is asked again, put and get', async () => {
  answer = (request, response, n) => {
    if (n % 2 === 1) xml(response, 503, 'SlowDown')
    else response.end(request.method === 'GET' ? BYTES : '')
  }
  const blobs = open({ tries: 3 })
  expect((await blobs.put(BYTES)).sha256).toBe(HASH)
  expect(Buffer.compare(await blobs.get(HASH), BYTES)).toBe(0)
  expect(requests).toHaveLength(4)
})

test('a store that stays ill is STORE_UNAVAILABLE after the tries, so that the message waits and is not parked', async () => {
  answer = (_request, response) => xml(response, 503, 'ServiceUnavailable')
  const unavailable = { code: 'STORE_UNAVAILABLE', reason: 'unreachable' }
  await expect(open().put(BYTES)).rejects.toMatchObject(unavailable)
  await expect(open().get(HASH)).rejects.toMatchObject(unavailable)
  await expect(open().has(HASH)).rejects.toMatchObject(unavailable)
  expect(requests).toHaveLength(6)
})

test('a store that takes the request and says nothing is given up on', async () => {
  answer = () => undefined
  await expect(open({ tries: 1 }).put(BYTES)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await expect(open({ tries: 1 }).get(HASH)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('a body that stops in the middle is read once more, then STORE_UNAVAILABLE; silence in the middle too', async () => {
  const cut = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': BYTES.length })
    response.write(BYTES.subarray(0, 5), () => response.destroy())
  }
  answer = cut
  await expect(open().get(HASH)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', reason: 'truncated' })
  answer = (request, response, n) => (n === 3 ? cut(request, response) : response.end(BYTES))
  expect(Buffer.compare(await open().get(HASH), BYTES)).toBe(0)
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': BYTES.length })
    response.write(BYTES.subarray(0, 5))
  }
  await expect(open().get(HASH)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', reason: 'truncated' })
})

test('other bytes than the name says are BLOB_MISSING, when they come twice', async () => {
  answer = (_request, response) => response.end(Buffer.from('the bytes of a bloc'))
  await expect(open().get(HASH)).rejects.toMatchObject({ code: 'BLOB_MISSING', reason: 'damaged' })
  expect(requests).toHaveLength(2)
  answer = (_request, response, n) => response.end(n === 3 ? 'x' : BYTES)
  expect(Buffer.compare(await open().get(HASH), BYTES)).toBe(0)
})

test('an object larger than any of ours is not taken into memory', async () => {
  answer = (_request, response) => {
    response.writeHead(200)
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      if (!response.destroyed) response.once('drain', pour)
    }
    pour()
  }
  await expect(open({ maxBytes: 1024 * 1024 }).get(HASH)).rejects.toMatchObject({
    code: 'BLOB_MISSING',
    reason: 'too-large'
  })
})

test.each([
  [404, 'NoSuchKey', { code: 'BLOB_MISSING', reason: 'absent' }],
  [404, 'NoSuchBucket', { code: 'STORE_UNAVAILABLE', reason: 'bucket-missing' }],
  [403, 'AccessDenied', { code: 'STORE_UNAVAILABLE', reason: 'access-denied' }]
] as const)('an answer %d %s to get', async (status, code, expected) => {
  answer = (_request, response) => xml(response, status, code)
  await expect(open().get(HASH)).rejects.toMatchObject(expected)
  expect(requests).toHaveLength(1)
})

test('check says what is the matter, also to credentials that may not ask about the bucket', async () => {
  answer = (_request, response) => response.writeHead(404).end()
  await expect(open().check?.()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', reason: 'bucket-missing' })
  answer = (request, response) =>
    request.method === 'HEAD' ? response.writeHead(403).end() : xml(response, 404, 'NoSuchKey')
  await expect(open().check?.()).resolves.toBeUndefined()
  answer = (request, response) =>
    request.method === 'HEAD' ? response.writeHead(403).end() : xml(response, 403, 'AccessDenied')
  await expect(open().check?.()).rejects.toMatchObject({ reason: 'access-denied' })
})

test('no more requests at a time than configured, however many ask', async () => {
  let running = 0
  let most = 0
  answer = (_request, response) => {
    most = Math.max(most, ++running)
    setImmediate(() => {
      running--
      response.end()
    })
  }
  const blobs = open({ connections: 3, timeoutMs: 5000 })
  await Promise.all(Array.from({ length: 30 }, (_, i) => blobs.put(Buffer.from(`blob ${i}`))))
  expect(requests).toHaveLength(30)
  expect(most).toBeLessThanOrEqual(3)
})

test.each([
  [{ kind: 's3' }, 'blobs.bucket'],
  [{ kind: 's3', bucket: 'b', endpoint: 'ftp://x' }, 'blobs.endpoint'],
  [{ kind: 's3', bucket: 'b', tries: 0 }, 'blobs.tries'],
  [{ kind: 's3', bucket: 'b', dir: 'x' }, 'blobs.dir'],
  [{ kind: 'file', bucket: 'b' }, 'blobs.bucket'],
  [{ kind: 'tape' }, 'blobs.kind']
])('settings that cannot be are refused with their place: %j', (given, at) => {
  expect(() => SECTIONS.blobs.complete(given as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at }))
})

test('a credentials file that is none is refused without a word of its content', () => {
  writeFileSync(join(dir, 'key.json'), 'secret-in-the-wrong-format')
  expect(() => open()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: 'blobs.credentialsFile' }))
  try {
    open()
  } catch (error) {
    expect(JSON.stringify(error) + String((error as Error).message)).not.toContain('secret-in')
  }
})
