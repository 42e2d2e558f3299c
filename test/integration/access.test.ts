import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { SUBPROTOCOL } from '../../adapters/transports/websocket-ecg/protocol.ts'
import { type ClientConfig, hashToken, makeToken } from '../../server/access/clients.ts'
import type { DeclaredRoute } from '../../server/access/route-table.ts'
import { type Access, isPublic, SCOPES, type Scope } from '../../server/access/scopes.ts'
import { LiveDevice } from '../support/live-device.ts'
import { buildWorld, type World } from '../support/world.ts'
import { type RawAnswer, rawRequest } from './support/raw-http.ts'

/**
 * The matrix of access: every declared route x every kind of credentials (hardening A3-26, T49). The routes come from the running
 * server, so a new one is in the matrix by being declared.
 */
const clients: ClientConfig[] = []
const tokens = new Map<string, string>()
/** A client with exactly these scopes. */
function client(id: string, scopes: readonly Scope[], more: Partial<ClientConfig> = {}): string {
  const token = makeToken()
  clients.push({ id, tokens: [{ sha256: hashToken(token) }], scopes: [...scopes], ...more })
  tokens.set(id, token)
  return token
}
const setName = (scopes: readonly Scope[]): string => scopes.join('_') || 'nothing'
/** All sets of scopes that a route may ask for, and what is left without each. */
const sets: Scope[][] = [
  ...SCOPES.map((scope) => [scope]),
  ['fhir.write', 'fhir.search'],
  ['fhir.write', 'fhir.read'],
  ['inbound', 'stream']
]
for (const set of sets) {
  client(setName(set), set)
  client(
    `not-${setName(set)}`,
    SCOPES.filter((scope) => !set.includes(scope))
  )
}
client(
  'no-fhir',
  SCOPES.filter((scope) => !scope.startsWith('fhir.'))
)
client('expired', SCOPES, { expires: '2026-01-01T00:00:00Z' })
client('elsewhere', SCOPES, { from: ['192.0.2.0/24'] })

let world: World
const readBodies = new Set<IncomingMessage>()
const finished = (message: unknown): void => {
  const { request } = message as { request: IncomingMessage }
  if (request.readableDidRead) readBodies.add(request)
}
beforeAll(async () => {
  world = await buildWorld({ mode: 'off', config: { auth: { mode: 'clients', clients } } })
  subscribe('http.server.response.finish', finished)
})
afterAll(async () => {
  unsubscribe('http.server.response.finish', finished)
  await world?.stop()
})

const right = (access: Access): string => {
  if (typeof access === 'string') return access
  if (isPublic(access)) return 'nobody'
  return 'any' in access ? access.any[0]! : setName(access as readonly Scope[])
}
const wrong = (access: Access): string =>
  typeof access === 'object' && 'any' in access ? 'no-fhir' : `not-${right(access)}`

const WEBSOCKET = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='
}

/** Each call from an address of its own, or the limit of failed attempts would answer for the gate. */
let calls = 0
const nextAddress = (): string => {
  calls++
  return `127.1.${calls >> 8}.${calls & 255}`
}

/** Half of the body that was announced, on every method that can have one; the answer must not wait for the rest. */
function call({ method, path }: DeclaredRoute, token: string | undefined, whole = false): Promise<RawAnswer> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const from = nextAddress()
  const real = path.replace(':resourceType', 'Patient').replace('/ecg/:feed', '/ecg/live').replace(/:\w+/g, 'x1')
  if (method === 'UPGRADE')
    return rawRequest(world.http, { from, method: 'GET', path: real, headers: { ...headers, ...WEBSOCKET } })
  headers['Content-Type'] = /_search$/.test(real) ? 'application/x-www-form-urlencoded' : 'application/json'
  if (whole)
    return rawRequest(world.http, {
      from,
      method,
      path: real,
      headers: { ...headers, Connection: 'close' },
      body: method === 'GET' ? '' : '{}'
    })
  return rawRequest(world.http, { from, method, path: real, headers, body: '{"resourceType":"Pa', announced: 4096 })
}

describe('every route, by what the caller shows', () => {
  test('is declared, and there are as many as the parts of the server have', () => {
    const routes = world.app.routes.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(routes).size).toBe(routes.length)
    for (const known of [
      'GET /healthz',
      'POST /inbound',
      'POST /fhir/R4/:resourceType',
      'POST /fhir/R4',
      'UPGRADE /fhir/R4/ws',
      'UPGRADE /stream/ecg',
      'GET /metrics',
      'POST /admin/replay'
    ])
      expect(routes).toContain(known)
    const open = world.app.routes.filter(({ access }) => isPublic(access)).map(({ path }) => path)
    // The files of one page, which hold no data; what it does asks for a token like everything else.
    const isPage = (path: string): boolean => /^\/stream\/(?:[a-z-]{1,30}\.(?:mjs|css|svg))?$/.test(path)
    expect(open.filter((path) => !isPage(path))).toEqual(['/healthz', '/readyz'])
    expect(open).toContain('/stream/')
  })

  /** Byte for byte, whoever asks and whatever for: nothing tells an unknown token from one that has ended (A3-45). */
  const answers = new Set<string>()
  const strangers: [string, () => string | undefined][] = [
    ['no credentials', () => undefined],
    ['an unknown token', () => makeToken()],
    ['an expired token', () => tokens.get('expired')],
    ['a token from another address', () => tokens.get('elsewhere')],
    ['an empty token', () => '']
  ]
  test.each(strangers)('%s: 401 before any byte of the body, the same answer everywhere', async (_what, token) => {
    readBodies.clear()
    for (const route of world.app.routes) {
      if (isPublic(route.access)) {
        expect([route.path, (await call(route, token(), true)).status]).toEqual([route.path, 200])
        continue
      }
      const { status, closed, body, head } = await call(route, token())
      expect([route.method, route.path, status, closed]).toEqual([route.method, route.path, 401, true])
      expect(head).toMatch(/www-authenticate: Bearer\r?$/im)
      if (route.method !== 'UPGRADE') answers.add(`${head.replace(/^Date: .*$/im, '')}${body}`)
    }
    expect(answers.size).toBe(1)
    expect(readBodies.size).toBe(0)
  })

  test('a right token with every scope but the needed: 403 before any byte of the body', async () => {
    readBodies.clear()
    for (const route of world.app.routes) {
      if (isPublic(route.access)) continue
      const { status, closed, head } = await call(route, tokens.get(wrong(route.access)))
      expect([route.method, route.path, status, closed]).toEqual([route.method, route.path, 403, true])
      expect(head).toMatch(/insufficient_scope/)
    }
    expect(readBodies.size).toBe(0)
  })

  test('a token with the needed scopes and no other comes to the handler', async () => {
    for (const route of world.app.routes) {
      const { status } = await call(route, tokens.get(right(route.access)), true)
      expect([route.method, route.path, [0, 401, 403, 405, 429].includes(status)]).toEqual([
        route.method,
        route.path,
        false
      ])
      if (route.method === 'UPGRADE') expect(status).toBe(101)
    }
  })
})

describe('a page that opens a live socket', () => {
  const hello = { type: 'hello', signal: 'rr', source: 'device' }
  const ticketFor = async (token: string | undefined): Promise<{ status: number; ticket?: string }> => {
    const response = await fetch(`${world.http}/stream/tickets`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
    })
    return { status: response.status, ...((await response.json()) as { ticket?: string }) }
  }
  const offering = (ticket: string, headers?: Record<string, string>): LiveDevice =>
    new LiveDevice(world.http, { protocols: [SUBPROTOCOL, `ticket.${ticket}`], headers })

  test('shows a ticket that it got for its token, once', async () => {
    const { ticket } = await ticketFor(tokens.get('inbound_stream'))
    const page = offering(ticket!, { origin: world.http })
    expect(await page.hello(hello)).toMatchObject({ bound: false })
    const again = await offering(ticket!).open()
    expect([page.socket.protocol, again.refused]).toEqual([SUBPROTOCOL, 401])
    page.cut()
  })

  test('gets none without the scopes, and none helps a page of another site', async () => {
    expect((await ticketFor(undefined)).status).toBe(401)
    expect((await ticketFor(tokens.get('not-inbound_stream'))).status).toBe(403)
    const { ticket } = await ticketFor(tokens.get('inbound_stream'))
    const elsewhere = await offering(ticket!, { origin: 'https://elsewhere.example' }).open()
    expect(elsewhere.refused).toBe(403)
  })
})
