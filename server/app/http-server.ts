import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import express from 'express'
import { createDropHandler } from '../../adapters/transports/http-drop/index.ts'
import type { Logger } from '../../core/log.ts'
import type { TransportContext } from '../../core/transport.ts'
import type { Authenticator } from '../access/authenticate.ts'
import { createFailedAttempts } from '../access/failed-attempts.ts'
import { createGate } from '../access/gate.ts'
import { RouteTable, refuseUndeclared } from '../access/route-table.ts'
import { createTickets, type Tickets } from '../access/tickets.ts'
import type { Config } from '../config/schema.ts'
import { fhirAccess } from '../fhir/access.ts'
import { createFhirHandler, type FhirHandlerOptions } from '../fhir/index.ts'
import { errorAnswer } from '../http/errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { pageRoutes } from '../stream/page-routes.ts'
import { type AdminDeps, adminRoutes } from './admin.ts'
import type { MountedUpgrade } from './feeds.ts'
import type { Readiness } from './readiness.ts'

/** The websocket channel of Subscriptions. */
export const SOCKET_PATH = '/fhir/R4/ws'
/** Live leads; a feed by name below it. */
const STREAM_PATH = '/stream/ecg'

export interface HttpDeps {
  config: Config
  fhir: FhirHandlerOptions
  admin: AdminDeps
  drops: TransportContext[]
  /** Feeds of live leads, mounted at /stream/ecg. */
  upgrades: readonly MountedUpgrade[]
  metrics: Metrics
  readiness: () => Promise<Readiness>
  authenticator: Authenticator
  log: Logger
}

/**
 * The one HTTP listener: FHIR, inbound files, admin pages, health. Built without listening. Every route is declared in a
 * RouteTable with what a client must hold; the gate stands before all of them and before the first byte of a body.
 */
export function createHttpServer(deps: HttpDeps) {
  const { config, log } = deps
  const tickets = createTickets()
  const own = ownRoutes(deps, tickets)
  const tables = [own, ...(config.roles.includes('fhir') ? [adminRoutes(deps.admin)] : [])]
  const gate = createGate({
    tables,
    authenticator: deps.authenticator,
    isOpen: config.auth.mode === 'none',
    failures: createFailedAttempts(),
    log
  })
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(deps.metrics.http)
  app.use((_request, response, next) => {
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.use(gate.middleware)
  for (const { prefix, router } of tables) app.use(prefix || '/', router)
  app.use((_request, response) => {
    response.status(404).json({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] })
  })
  app.use(errorAnswer(log))
  refuseUndeclared(app, tables)
  const server: Server = createServer(
    { requestTimeout: 120_000, headersTimeout: 20_000, maxHeaderSize: 32 * 1024 },
    app
  )
  // Node would ask for the body of `Expect: 100-continue` by itself, before anybody was asked for credentials.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!gate.admits(request, response)) return
    response.writeContinue()
    app(request, response)
  })
  // The hub of the Subscriptions answers its own path where it runs; any other upgrade is answered here, not left hanging.
  const hasSockets = config.roles.includes('deliver')
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener off: without one, a peer that resets before the answer would end the process.
    socket.on('error', () => socket.destroy())
    const path = request.url?.split('?')[0] ?? ''
    if (hasSockets && path === SOCKET_PATH) return
    tickets.redeem(request)
    const caller = gate.upgrade(request, socket)
    const feed = caller && feedAt(path, deps.upgrades)
    if (!caller) return
    // The gate lets nothing else through than what is declared; a name that no feed has is declared as a pattern.
    if (!feed) return void socket.end('HTTP/1.1 404 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    const mayStay = (): boolean => {
      const { may } = deps.authenticator.identify(request) ?? {}
      return may !== undefined && STREAM_ACCESS.every(may)
    }
    feed.upgrade({ request, socket, head, caller: caller.id, mayStay })
  })
  return {
    gate,
    /** Every route, for the generated matrix of access. */
    routes: tables.flatMap(({ declared }) => declared),
    server,
    app,
    async listen(): Promise<string> {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(config.http.port, config.http.host, () => resolve())
      })
      const { address, port, family } = server.address() as AddressInfo
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
    },
    async close(): Promise<void> {
      if (!server.listening) return
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // What still hangs after the grace period is cut.
        const timer = setTimeout(() => server.closeAllConnections(), 5000)
        timer.unref()
      })
    }
  }
}

/** What is not of /admin, as far as it belongs to the roles of this process. */
function ownRoutes(deps: HttpDeps, tickets: Tickets): RouteTable {
  const routes = new RouteTable()
  routes.get(
    '/healthz',
    { public: 'an orchestrator asks without credentials; it says that the process is up' },
    (_request, response) => {
      response.json({ status: 'up' })
    }
  )
  routes.get(
    '/readyz',
    { public: 'an orchestrator asks without credentials; it names parts and their state' },
    async (_request, response) => {
      const readiness = await deps.readiness()
      response.status(readiness.ready ? 200 : 503).json(readiness)
    }
  )
  routes.get('/metrics', 'metrics', async (_request, response) => {
    response.type(deps.metrics.contentType).send(await deps.metrics.text())
  })
  const { roles } = deps.config
  if (roles.includes('deliver')) routes.upgrade(SOCKET_PATH, 'stream')
  if (roles.includes('fhir')) {
    const fhir = fhirAccess(deps.fhir.operations)
    routes.mount('/fhir/R4', fhir.routes, createFhirHandler(deps.fhir), fhir.accessOf)
  }
  if (deps.drops.length > 0) {
    const drop = createDropHandler({ feeds: deps.drops })
    const inbound = ['', '/:feed'].map((path) => ({ method: 'POST' as const, path, access: 'inbound' as const }))
    routes.mount('/inbound', inbound, (request, response) => void drop(request, response))
  }
  if (deps.upgrades.length > 0) {
    for (const path of [STREAM_PATH, `${STREAM_PATH}/:feed`]) routes.upgrade(path, STREAM_ACCESS)
    routes.post('/stream/tickets', STREAM_ACCESS, (request, response) => {
      response.json(tickets.issue(request))
    })
    pageRoutes(routes)
  }
  return routes
}

/** Who streams sends an ECG and is told what was found. */
const STREAM_ACCESS = ['inbound', 'stream'] as const

/** The feed that a path names; without a name the first. */
function feedAt(path: string, feeds: readonly MountedUpgrade[]): MountedUpgrade | undefined {
  if (path === STREAM_PATH) return feeds[0]
  const name = path.slice(STREAM_PATH.length + 1)
  return feeds.find(({ feed }) => encodeURIComponent(feed) === name)
}
