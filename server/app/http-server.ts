import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createDropHandler } from '../../adapters/transports/http-drop/index.ts'
import type { Logger } from '../../core/log.ts'
import type { TransportContext } from '../../core/transport.ts'
import type { Config } from '../config/schema.ts'
import { createFhirHandler, type FhirHandlerOptions } from '../fhir/index.ts'
import { errorAnswer } from '../http/errors.ts'
import { refuseCrossSite, requireAuthorisation } from '../http/guard.ts'
import { type AdminDeps, adminRouter } from './admin.ts'
import { metricsText } from './metrics.ts'
import type { Readiness } from './readiness.ts'

export interface HttpDeps {
  config: Config
  fhir: FhirHandlerOptions
  admin: AdminDeps
  drops: TransportContext[]
  readiness: () => Promise<Readiness>
  log: Logger
}

/** The one HTTP listener: FHIR, inbound files, admin pages, health. Built without listening. */
export function createHttpServer(deps: HttpDeps) {
  const { config, log } = deps
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use((_request, response, next) => {
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'up' })
  })
  app.get('/readyz', async (_request, response) => {
    const readiness = await deps.readiness()
    response.status(readiness.ready ? 200 : 503).json(readiness)
  })
  app.use(refuseCrossSite(config.auth), requireAuthorisation(config.auth))
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await metricsText(deps.admin))
  })
  app.use('/fhir/R4', createFhirHandler(deps.fhir))
  const drop = deps.drops.length > 0 ? createDropHandler({ feeds: deps.drops }) : undefined
  if (drop) app.all(/^\/inbound(\/.*)?$/, (request, response) => drop(request, response))
  app.use('/admin', adminRouter(deps.admin))
  app.use((_request, response) => {
    response.status(404).json({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] })
  })
  app.use(errorAnswer(log))
  const server: Server = createServer(
    { requestTimeout: 120_000, headersTimeout: 20_000, maxHeaderSize: 32 * 1024 },
    app
  )
  // Only the WebSocket path takes an upgrade; its owner answers it.
  server.on('upgrade', (request: IncomingMessage, socket) => {
    if (request.url?.split('?')[0] !== '/fhir/R4/ws') socket.destroy()
  })
  return {
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
