import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bundle } from '@medplum/fhirtypes'
import { sendTransaction } from './call.ts'

/** A FHIR server that does as it is told with the transactions that reach it. */
async function badServer(behave: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const requests: { url?: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      requests.push({ url: request.url, headers: request.headers, body })
      behave(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/`
  return {
    base,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const bundle: Bundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p' }, request: { method: 'PUT', url: 'Patient/p' } },
    { resource: { resourceType: 'Device', id: 'd' }, request: { method: 'PUT', url: 'Device/d' } }
  ]
}
const TIMEOUT_MS = 150
const options = (base: string, token?: string) => ({
  base,
  patients: 'id' as const,
  timeoutMs: TIMEOUT_MS,
  authorization: () => token && `Bearer ${token}`
})
const answered = (...statuses: string[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: statuses.map((status) => ({ response: { status } }))
  })
const json =
  (status: number, text: string, headers: Record<string, string> = {}) =>
  (_request: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers }).end(text)
const outcome = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'invalid', diagnostics: 'canary' }]
})

test('an answer to every entry is a delivery; the token, the event id and our base went with it', async () => {
  await using server = await badServer(json(200, answered('201 Created', '200')))
  expect(await sendTransaction(bundle, 'Provenance/1/_history/2', options(server.base, 'secret'))).toEqual({
    kind: 'delivered'
  })
  const [request] = server.requests
  expect(request?.url).toBe('/fhir/')
  expect(JSON.parse(request!.body)).toEqual(bundle)
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'x-hisbundle-event-id': 'Provenance/1/_history/2'
  })
})

test.each<[string, (request: IncomingMessage, response: ServerResponse) => void, object]>([
  [
    'resets the connection',
    (request) => request.socket.resetAndDestroy(),
    { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
  ],
  ['hangs', () => {}, { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }],
  [
    'drips',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' })
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    },
    { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
  ],
  ['answers 500', json(500, outcome), { kind: 'retry', code: 'HTTP_500' }],
  [
    'answers 503 with a pause',
    json(503, '', { 'retry-after': '120' }),
    { kind: 'retry', code: 'HTTP_503', afterMs: 120_000 }
  ],
  ['answers 429', json(429, outcome), { kind: 'retry', code: 'HTTP_429' }],
  ['answers 401', json(401, outcome), { kind: 'retry', code: 'HTTP_401' }],
  ['answers 403', json(403, outcome), { kind: 'refused', code: 'HTTP_403' }],
  ['answers 400', json(400, outcome), { kind: 'refused', code: 'HTTP_400' }],
  ['answers 404', json(404, 'not here', { 'content-type': 'text/plain' }), { kind: 'refused', code: 'HTTP_404' }],
  ['answers 409', json(409, outcome), { kind: 'refused', code: 'HTTP_409' }],
  ['answers 412', json(412, outcome), { kind: 'refused', code: 'HTTP_412' }],
  ['answers 422', json(422, outcome), { kind: 'refused', code: 'HTTP_422' }],
  [
    'answers a page',
    json(200, '<html>log in</html>', { 'content-type': 'text/html' }),
    { kind: 'retry', code: 'ANSWER_UNREADABLE' }
  ],
  [
    'answers half a Bundle',
    json(200, answered('200', '200').slice(0, -9)),
    { kind: 'retry', code: 'ANSWER_UNREADABLE' }
  ],
  [
    'breaks off in the middle',
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': '500' })
      response.write(answered('200').slice(0, 20), () => request.socket.destroy())
    },
    { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
  ],
  [
    'answers another kind of Bundle',
    json(200, '{"resourceType":"Bundle","type":"searchset"}'),
    { kind: 'retry', code: 'ANSWER_UNREADABLE' }
  ],
  ['answers fewer entries than asked', json(200, answered('200')), { kind: 'retry', code: 'ANSWER_UNREADABLE' }],
  [
    'refuses one entry inside a success',
    json(200, answered('200', '422 Unprocessable')),
    { kind: 'refused', code: 'HTTP_422' }
  ],
  ['fails one entry inside a success', json(200, answered('400', '503')), { kind: 'retry', code: 'HTTP_503' }],
  [
    'answers without end',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' })
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(2 ** 20, 32)));
      }
      response.on('drain', more)
      more()
    },
    { kind: 'retry', code: 'ANSWER_UNREADABLE' }
  ]
])('a server that %s', async (_name, behave, expected) => {
  const printed: unknown[] = []
  const { log, error, warn } = console
  const print = (...words: unknown[]): void => void printed.push(...words)
  Object.assign(console, { log: print, error: print, warn: print })
  await using server = await badServer(behave)
  expect(await sendTransaction(bundle, 'e', options(server.base, 'secret'))).toEqual(expected)
  expect(server.requests).toHaveLength(1)
  Object.assign(console, { log, error, warn })
  expect(printed).toEqual([])
})

test('a server that redirects elsewhere gets neither the bundle nor the token there', async () => {
  await using elsewhere = await badServer(json(200, answered('200', '200')))
  await using server = await badServer(json(307, '', { location: elsewhere.base }))
  expect(await sendTransaction(bundle, 'e', options(server.base, 'secret'))).toEqual({
    kind: 'refused',
    code: 'HTTP_307'
  })
  expect(elsewhere.requests).toEqual([])
})

test('a server that is not there', async () => {
  const base = await (async () => {
    await using server = await badServer(() => {})
    return server.base
  })()
  expect(await sendTransaction(bundle, 'e', options(base))).toEqual({ kind: 'retry', code: 'DESTINATION_UNREACHABLE' })
})
