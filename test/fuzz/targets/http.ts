import { gzipSync } from 'node:zlib'
import { inPieces, mutateBytes } from '../support/bytes.ts'
import { rawHttpOutcome } from '../support/http-answers.ts'
import { searchUrl } from '../support/queries.ts'
import type { Random } from '../support/random.ts'
import { addressOf, talk } from '../support/talk.ts'
import type { Target } from '../support/target.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'X']
const PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/fhir/R4/metadata',
  '/fhir/R4/Patient',
  '/fhir/R4/Patient/x/_history/y/z',
  '/fhir/R4/ws',
  '/stream/ecg',
  '/stream/ecg/%00',
  '/stream/',
  '/fhir/R4/%2e%2e/%2e%2e/etc/passwd',
  '/fhir/R4/Patient/%00',
  '/fhir/R4/Patient/%ff%fe',
  '/fhir/R4/%',
  '//fhir//R4//Patient',
  '/inbound',
  '/inbound/drop',
  '/inbound/%E0%A4%A',
  '/inbound/../admin',
  '/admin/messages',
  '/admin/messages/x',
  '/admin/parked',
  '/admin/replay',
  '/admin/explain/Patient/x',
  `/${'a/'.repeat(3000)}`,
  'http://example.org/fhir/R4/Patient',
  '*'
]
const HEADERS = [
  'Content-Type: application/fhir+json',
  'Content-Type: application/json-patch+json',
  'Content-Type: application/fhir+xml',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: application/dicom',
  'Content-Type: ;;;',
  'Content-Type: application/fhir+json; charset=utf-16',
  'Content-Type: application/fhir+json; charset=__proto__',
  'Content-Encoding: gzip',
  'Content-Encoding: gzip, gzip',
  'Content-Encoding: br',
  'Content-Encoding: deflate',
  'Content-Encoding: identity',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: gzip, chunked',
  'Content-Length: 4294967296',
  'Content-Length: -1',
  'Content-Length: 18446744073709551616',
  'Content-Length: 5',
  'Content-Length: 5\r\nContent-Length: 6',
  'Expect: 100-continue',
  'Expect: something',
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13',
  'If-Match: W/"1"',
  'If-Match: x',
  'If-None-Exist: identifier=x|y',
  'If-None-Exist: ',
  'If-Modified-Since: yesterday',
  'Prefer: wait=1',
  'Prefer: return=minimal',
  'Accept: application/fhir+xml',
  'Accept: */*;q=0',
  'Origin: http://evil.example',
  'Cookie: a=b',
  'X-HTTP-Method-Override: DELETE',
  `X-Long: ${'a'.repeat(20_000)}`,
  `X-Longer: ${'a'.repeat(40_000)}`,
  'Broken header',
  ' folded: x',
  'X-Nul: a\0b'
]
const gzip = gzipSync(Buffer.alloc(40 * 2 ** 20, 0x20))
const BODIES: readonly ((random: Random) => Buffer)[] = [
  () => Buffer.alloc(0),
  () => Buffer.from('{"resourceType":"Patient"}'),
  (random) => Buffer.from(`_id=${'x'.repeat(random.below(2000))}`),
  (random) => random.bytes(random.below(500)),
  () => gzip,
  () => gzipSync(gzip),
  () => gzipSync('{"resourceType":"Patient"}'),
  () => Buffer.from('5\r\nhello\r\n0\r\n\r\n'),
  () => Buffer.from('FFFFFFFFFFFFFFFF\r\nx'),
  () => Buffer.from(`5;ext=${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
  () => Buffer.from('-1\r\n\r\n'),
  (random) => Buffer.alloc(random.pick([100, 100_000, 17 * 2 ** 20]), 0x20)
]

/** One request as text: often well formed in its frame, so that it gets to the routes; else anything. */
function requestBytes(random: Random, host: string): Buffer {
  const url = random.chance(0.5) ? `/fhir/R4${searchUrl(random)}` : random.pick(PATHS)
  const method = random.chance(0.6) ? 'GET' : random.pick(METHODS)
  const headers = Array.from({ length: random.below(4) }, () => random.pick(HEADERS))
  const body = method === 'GET' && random.chance(0.9) ? Buffer.alloc(0) : random.pick(BODIES)(random)
  const hasLength = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
  if (body.length > 0 && !hasLength) headers.push(`Content-Length: ${body.length}`)
  const head = `${method} ${url} HTTP/${random.chance(0.97) ? '1.1' : '1.0'}\r\nHost: ${random.chance(0.97) ? host : 'x'}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body])
  return random.chance(0.15) ? mutateBytes(bytes, random) : bytes
}

/** HTTP: requests and their bodies, lengths and encodings lied about, pipelined, cut and hung up; searches by grammar. */
export const http: Target = {
  name: 'http',
  lanes: 12,
  async run(server, random) {
    const requests = Array.from({ length: random.count(4) }, () => requestBytes(random, new URL(server.http).host))
    const pieces = inPieces(Buffer.concat(requests), random)
    return rawHttpOutcome(await talk(addressOf(server.http), pieces, { hangUp: random.chance(0.1) }))
  }
}

/** FHIR search by its grammar, one request a case. */
export const search: Target = {
  name: 'search',
  lanes: 12,
  async run(server, random) {
    const head = `GET /fhir/R4${searchUrl(random)} HTTP/1.1\r\nHost: ${new URL(server.http).host}\r\nConnection: close\r\n\r\n`
    return rawHttpOutcome(await talk(addressOf(server.http), [Buffer.from(head, 'latin1')]))
  }
}
