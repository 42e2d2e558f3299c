import { createServer, type Server, type ServerResponse } from 'node:http'
import { FAMILIES } from '../../../core/envelope.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { toOutcome } from '../../../core/errors/to-outcome.ts'
import { isLocalCall } from '../../../core/same-origin.ts'
import { defineTransport, type Transport, type TransportContext } from '../../../core/transport.ts'
import { createDropHandler } from './handler.ts'
import { readDropOptions } from './options.ts'

export { createDropHandler, type DropHandler, type DropHandlerOptions } from './handler.ts'

/** How often Node looks for requests that are over their time, at most. */
const CHECK_MS = 5_000
/** How long `stop` waits for open requests before it cuts them. */
const STOP_TIMEOUT_MS = 5_000

/** Files by HTTP POST. Without `port` it opens nothing: the server mounts `createDropHandler` at /inbound. */
export default defineTransport({
  name: 'http-drop',
  families: FAMILIES,
  options: (raw) => ({ ...readDropOptions(raw) }),
  create: createDropTransport
})

function createDropTransport(context: TransportContext): Transport {
  const { host, port, path, requestTimeoutMs } = readDropOptions(context.options)
  let server: Server | undefined
  return {
    async start() {
      if (port === undefined) return { address: `mounted:${path}/${encodeURIComponent(context.feed)}` }
      const handler = createDropHandler({ feeds: [context], path })
      server = createServer(
        {
          requestTimeout: requestTimeoutMs,
          headersTimeout: requestTimeoutMs,
          connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs)
        },
        (request, response) => {
          if (isLocalCall(request.headers)) void handler(request, response)
          else refuseCrossSite(response)
        }
      )
      await listen(server, host, port)
      const address = server.address() as { port: number }
      return { address: `http://${host}:${address.port}${path}` }
    },
    async stop() {
      const stopping = server
      server = undefined
      if (!stopping) return
      // A peer that stalls inside its request must not hold up the end; what was handed over is answered long before.
      const cut = setTimeout(() => stopping.closeAllConnections(), STOP_TIMEOUT_MS)
      await new Promise<void>((resolve) => {
        stopping.close(() => resolve())
        stopping.closeIdleConnections()
      })
      clearTimeout(cut)
    }
  }
}

/** This listener asks for no credentials, so a page of another site in somebody's browser must not reach it. */
function refuseCrossSite(response: ServerResponse): void {
  const body = Buffer.from(JSON.stringify(toOutcome(new AppError('NOT_PERMITTED', { reason: 'cross-site' }))))
  const headers = { 'Content-Type': 'application/fhir+json', 'Content-Length': body.length, Connection: 'close' }
  response.writeHead(403, headers).end(body)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('CONFIG_INVALID', { at: 'http-drop.port', reason: 'listen', cause }))
    )
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      server.on('error', () => undefined)
      resolve()
    })
  })
}
