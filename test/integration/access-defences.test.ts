import type { AddressInfo } from 'node:net'
import type { Bundle } from '@medplum/fhirtypes'
import WebSocket from 'ws'
import { hashToken, makeToken } from '../../server/access/clients.ts'
import { addClient, revokeClient } from '../../server/access/manage-clients.ts'
import { parseFirst } from '../../server/access/parse-first.vulnerable.ts'
import type { Scope } from '../../server/access/scopes.ts'
import { buildWorld, type World } from '../support/world.ts'
import { rawRequest } from './support/raw-http.ts'

/** What lies beside the matrix: paths nobody declared, bodies that are asked for, what hides inside a Bundle, storms, revocation. */
let world: World
let file: string
const logged: string[] = []
const configured = makeToken()
beforeAll(async () => {
  world = await buildWorld({
    mode: 'off',
    logStream: { write: (line) => void logged.push(line) },
    config: {
      auth: {
        mode: 'clients',
        clients: [{ id: 'from-config', tokens: [{ sha256: hashToken(configured) }], scopes: ['admin.read'] }]
      }
    }
  })
  file = `${world.dataDir}/clients.json`
})
afterAll(() => world?.stop())

let n = 0
const tokenFor = (...scopes: Scope[]): string => addClient(file, { id: `client-${++n}`, scopes })
const as = (token: string) => ({ authorization: `Bearer ${token}` })
async function fhir(token: string, method: string, path: string, body?: object | string, headers = {}) {
  const response = await fetch(`${world.http}/fhir/R4${path}`, {
    method,
    headers: { ...as(token), 'content-type': 'application/fhir+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, resource: (text ? JSON.parse(text) : {}) as Partial<Bundle> }
}

test('a path that nobody declared is 401 to a stranger and 404 to a client, whatever its spelling', async () => {
  const token = tokenFor('admin.read', 'admin.write')
  const paths = [
    '/',
    '/admin',
    '/admin/',
    '/admin/secrets',
    '/Admin/messages',
    '//admin/messages',
    '/admin//messages',
    '/admin/messages/a/b',
    '/fhir/R5/Patient',
    '/.well-known/x',
    '/admin/%6dessages',
    '/healthz/../admin/messages'
  ]
  for (const path of paths) {
    const stranger = await rawRequest(world.http, { method: 'GET', path, from: '127.2.0.1' })
    const client = await rawRequest(world.http, { method: 'GET', path, headers: as(token) })
    expect([path, stranger.status, client.status]).toEqual([path, 401, 404])
  }
  for (const method of ['DELETE', 'PUT', 'TRACE', 'OPTIONS', 'PURGE', 'PROPFIND']) {
    const { status } = await rawRequest(world.http, { method, path: '/admin/messages', headers: as(token) })
    expect([method, status]).toEqual([method, 405])
  }
})

test('a stranger is not asked for the body that it offers', async () => {
  const offer = { method: 'POST', path: '/inbound', announced: 1000, from: '127.2.0.2' }
  const stranger = await rawRequest(world.http, { ...offer, headers: { Expect: '100-continue' } })
  expect([stranger.status, stranger.closed]).toEqual([401, true])
  const chunked = await rawRequest(world.http, {
    ...offer,
    announced: 0,
    headers: { 'Transfer-Encoding': 'chunked' },
    body: '5\r\n{"res\r\n'
  })
  expect([chunked.status, chunked.closed]).toEqual([401, true])
  const client = await rawRequest(world.http, {
    ...offer,
    announced: 2,
    body: '{}',
    headers: { Expect: '100-continue', Connection: 'close', ...as(tokenFor('inbound')) }
  })
  expect(client.head).toMatch(/^HTTP\/1\.1 100 Continue/)
})

test('the same check is seen failing against a server that parses first', async () => {
  const server = parseFirst('right')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const headers = { 'Content-Type': 'application/json' }
  const post = { method: 'POST', path: '/admin/replay', headers }
  expect((await rawRequest(base, { ...post, body: '{}' })).status).toBe(401)
  // Half a body: it waits for the rest, and answers a parse error before it ever asks who is there.
  await expect(rawRequest(base, { ...post, body: '{"a', announced: 50, timeoutMs: 300 })).rejects.toThrow('neither')
  expect((await rawRequest(base, { ...post, body: '{"a' })).status).not.toBe(401)
  server.closeAllConnections()
  server.close()
})

test('a token in the query, in a form or as a cookie is no credential', async () => {
  const token = tokenFor('admin.read')
  const attempts: Record<string, string>[] = [
    {},
    { Cookie: `access_token=${token}` },
    { Authorization: token },
    { 'X-Authorization': `Bearer ${token}` }
  ]
  for (const headers of attempts) {
    const path = `/admin/messages?access_token=${token}`
    expect((await rawRequest(world.http, { method: 'GET', path, headers, from: '127.2.0.3' })).status).toBe(401)
  }
})

describe('what a request hides is judged like a request', () => {
  const patient = { resourceType: 'Patient', active: true }
  const entry = (method: string, url: string, resource?: object, more = {}) => ({
    resource,
    request: { method, url, ...more }
  })
  const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })

  test.each([
    ['a read', 'fhir.write', entry('GET', 'Patient/x')],
    ['a search', 'fhir.read', entry('GET', 'Patient?active=true')],
    ['a write', 'fhir.read', entry('POST', 'Patient', patient)],
    ['a delete', 'fhir.search', entry('DELETE', 'Patient/x')],
    ['a condition', 'fhir.write', entry('POST', 'Patient', patient, { ifNoneExist: 'active=true' })],
    ['a Subscription', 'fhir.write', entry('POST', 'Subscription', { resourceType: 'Subscription' })],
    ['a Subscription by id', 'fhir.write', entry('PUT', 'Subscription/x', { resourceType: 'Subscription', id: 'x' })]
  ] as const)('%s by a client with %s alone, in a batch and in a transaction', async (_what, scope, inner) => {
    const token = tokenFor(scope)
    const batch = await fhir(token, 'POST', '', bundle('batch', inner))
    expect([batch.status, batch.resource.entry?.[0]?.response?.status]).toEqual([200, '403'])
    const transaction = await fhir(token, 'POST', '', bundle('transaction', inner))
    expect([transaction.status, JSON.stringify(transaction.resource)]).toEqual([
      403,
      expect.stringContaining('Bundle.entry[0]')
    ])
  })

  test.each(['put', 'PURGE'])('a method that is none (%s) is no way round the scopes', async (method) => {
    const inner = bundle('transaction', entry(method, 'Patient/x', { ...patient, id: 'x' }))
    expect((await fhir(tokenFor('fhir.read'), 'POST', '', inner)).status).toBe(403)
  })

  test('a reference that is a condition asks for a search', async () => {
    const observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient?active=true' }
    }
    const body = bundle('transaction', entry('POST', 'Observation', observation))
    expect((await fhir(tokenFor('fhir.write'), 'POST', '', body)).status).toBe(403)
    expect((await fhir(tokenFor('fhir.write', 'fhir.search'), 'POST', '', body)).status).not.toBe(403)
  })

  test('who writes a Subscription may read and search; a condition in a header is a search; a patch shows the whole', async () => {
    const hook = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Patient?active=true',
      channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/', payload: 'application/fhir+json' }
    }
    const writer = tokenFor('fhir.write')
    expect((await fhir(writer, 'POST', '/Subscription', hook)).status).toBe(403)
    expect((await fhir(tokenFor('fhir.write', 'fhir.read', 'fhir.search'), 'POST', '/Subscription', hook)).status).toBe(
      201
    )
    expect((await fhir(writer, 'POST', '/Patient', patient)).status).toBe(201)
    expect((await fhir(writer, 'POST', '/Patient', patient, { 'if-none-exist': 'active=true' })).status).toBe(403)
    expect(
      (await fhir(writer, 'PATCH', '/Patient/x', '[]', { 'content-type': 'application/json-patch+json' })).status
    ).toBe(403)
  })

  test('a search by POST keeps the identifier out of the address, and no answer redirects', async () => {
    const token = tokenFor('fhir.search')
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const found = await fhir(token, 'POST', '/Patient/_search', 'active=true&identifier:missing=true', form)
    expect([found.status, found.resource.type]).toEqual([200, 'searchset'])
    for (const path of ['/fhir/R4/Patient/', '/fhir/R4/?x=1', '/fhir/R4/Patient?identifier=1', '/inbound/'])
      expect((await rawRequest(world.http, { method: 'GET', path, headers: as(token) })).head).not.toMatch(
        /^location:/im
      )
  })
})

test('a storm of failures from one address is answered 429 and logged no more; right tokens pass, from there and elsewhere', async () => {
  const token = tokenFor('metrics')
  const storm = (from: string) =>
    rawRequest(world.http, { method: 'POST', path: '/inbound', body: '{', announced: 99, from })
  const before = logged.length
  const statuses: number[] = []
  for (let i = 0; i < 120; i++) statuses.push((await storm('127.2.0.4')).status)
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401))
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(90)
  expect(logged.slice(before).filter((line) => line.includes('NOT_AUTHENTICATED')).length).toBeLessThan(30)
  for (const from of ['127.2.0.4', '127.2.0.5'])
    expect((await rawRequest(world.http, { method: 'GET', path: '/metrics', headers: as(token), from })).status).toBe(
      200
    )
  expect((await storm('127.2.0.5')).status).toBe(401)
  // All at once, each with a body that never ends: every one is answered and closed, and the right token among them too.
  const crowd = Array.from({ length: 200 }, () => storm('127.2.0.6'))
  const among = rawRequest(world.http, { method: 'GET', path: '/metrics', headers: as(token), from: '127.2.0.6' })
  expect((await among).status).toBe(200)
  expect((await Promise.all(crowd)).every(({ status, closed }) => closed && (status === 401 || status === 429))).toBe(
    true
  )
})

test('a client of the configuration and one of the file are both let in', async () => {
  for (const token of [configured, tokenFor('admin.read')])
    expect((await rawRequest(world.http, { method: 'GET', path: '/admin/parked', headers: as(token) })).status).toBe(
      200
    )
})

test('a client that is revoked hears nothing more on the socket that it has open', async () => {
  const writer = tokenFor('fhir.write', 'fhir.read', 'fhir.search')
  const hearer = addClient(file, { id: 'hearer', scopes: ['stream'] })
  const { resource } = await fhir(writer, 'POST', '/Subscription', {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria: 'Patient?active=true',
    channel: { type: 'websocket' }
  })
  const socket = new WebSocket(`${world.http.replace('http', 'ws')}/fhir/R4/ws`, { headers: as(hearer) })
  const heard: string[] = []
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.on('message', (data) => heard.push(String(data)))
  await new Promise((resolve) => socket.on('open', resolve))
  socket.send(`bind ${resource.id}`)
  await world.until('bound', () => heard.includes(`bound ${resource.id}`))
  await fhir(writer, 'POST', '/Patient', { resourceType: 'Patient', active: true })
  await world.until('a ping', () => heard.includes(`ping ${resource.id}`))
  const pings = heard.length
  revokeClient(file, 'hearer')
  await fhir(writer, 'POST', '/Patient', { resourceType: 'Patient', active: true })
  expect(await closed).toBe(1008)
  expect(heard).toHaveLength(pings)
})
