import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deflateRawSync, gzipSync } from 'node:zlib'
import express from 'express'
import { inflate, inflateHead } from '../../dicom/inflate.ts'
import { MAX_INFLATED_BYTES } from '../../dicom/limits.ts'
import { createFhirHandler } from '../../server/fhir/index.ts'
import { createSqliteStore } from '../../server/store/index.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { inflatingAll } from './inflated.vulnerable.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Inflate = (bytes: Uint8Array) => Uint8Array
/** One byte in a thousand. */
const bomb = deflateRawSync(Buffer.alloc(MAX_INFLATED_BYTES + 1))
const nested = deflateRawSync(bomb)

heldAndSeenFailing<Inflate>(
  'a deflated data set is bounded by what it becomes (A3-30)',
  {
    'a bomb of one to a thousand': (read) => expect(codeOf(() => read(bomb))).toBe('DICOM_LIMIT deflate'),
    'a bomb within is not unpacked again': (read) => expect(Buffer.compare(read(nested), bomb)).toBe(0),
    'what ends too soon': (read) => expect(codeOf(() => read(bomb.subarray(0, 1000)))).toBe('DICOM_TRUNCATED deflate')
  },
  { real: (bytes) => inflate(bytes, Number.MAX_SAFE_INTEGER), weak: inflatingAll }
)

test('only the head is inflated where only the head is wanted', () => {
  expect(inflateHead(bomb)).toHaveLength(64 * 1024)
})

describe('Content-Encoding (A3-30)', () => {
  const { dir, remove } = temporaryFolder()
  const store = createSqliteStore({ dir })
  let server: Server
  const weak: Server[] = []
  beforeAll(async () => {
    await store.start()
    server = await listening(express().use(createFhirHandler({ store, bodyLimitBytes: 100_000 })))
    // The limit of the body is that of the packed bytes.
    const trusting = express()
    trusting.use(express.text({ type: () => true, limit: '1gb' }), (request, response) => {
      response.status(201).json({ length: String(request.body).length })
    })
    weak.push(await listening(trusting))
  })
  afterAll(async () => {
    for (const each of [server, ...weak]) await new Promise((resolve) => each.close(resolve))
    await store.stop()
    remove()
  })

  const listening = (app: express.Express): Promise<Server> =>
    new Promise((resolve) => {
      const made = createServer(app).listen(0, '127.0.0.1', () => resolve(made))
    })
  const post = async (to: Server, body: Uint8Array, encoding: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${(to.address() as AddressInfo).port}/Patient`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', 'content-encoding': encoding },
      body: Buffer.from(body)
    })
    await response.arrayBuffer()
    return response.status
  }
  const patient = Buffer.from('{"resourceType":"Patient"}')
  const padded = Buffer.concat([patient, Buffer.alloc(10_000_000, 0x20)])

  test.each([
    ['a packed body is read', gzipSync(patient), 'gzip', 201, 201],
    ['a bomb is refused by what it becomes', gzipSync(padded), 'gzip', 413, 201],
    ['a body packed twice is refused', gzipSync(gzipSync(patient)), 'gzip, gzip', 415, 415],
    ['a body that is not what it says', patient, 'gzip', 400, 400]
  ])('%s', async (_what, body, encoding, status, ofWeak) => {
    expect(await post(server, body, encoding)).toBe(status)
    // Where the two differ, the check is seen failing.
    expect(await post(weak[0]!, body, encoding)).toBe(ofWeak)
  })
})
