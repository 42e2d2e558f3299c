import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AppError } from '../../../core/errors/app-error.ts'
import { isLocalCall } from '../../../core/same-origin.ts'
import {
  type AdmittedUpgrade,
  defineTransport,
  type Transport,
  type TransportContext
} from '../../../core/transport.ts'
import { type Connection, serveConnection } from './connection.ts'
import { MAX_MESSAGE_BYTES } from './frame.ts'
import { readLiveOptions } from './options.ts'
import { SUBPROTOCOL } from './protocol.ts'
import type { LiveSession } from './session.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** Path of the server's listener at which feeds without a port of their own are mounted. */
const PATH = '/stream/ecg'
/** What a peer has of its time to ask for the upgrade (own port). */
const REQUEST_MS = 10_000

/** Live Lead I over WebSocket: docs/handheld.md. Mounted by the server, or on a loopback port of its own. */
export default defineTransport({
  name: 'websocket-ecg',
  families: ['ecg'],
  options: (raw) => ({ ...readLiveOptions(raw) }),
  create: createLiveTransport
})

function createLiveTransport(context: TransportContext): Transport {
  const options = readLiveOptions(context.options)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false)
  })
  const connections = new Map<LiveSession, Connection>()
  const open = new Set<Connection>()
  let sessions: Sessions | undefined
  let server: Server | undefined
  let isStopping = false

  function upgrade({ request, socket, head, caller, mayStay }: AdmittedUpgrade): void {
    if (!sessions || isStopping) {
      socket.destroy()
      return
    }
    const deps = { context, options, sessions, connections }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = serveConnection(webSocket, { caller, mayStay }, deps)
      open.add(connection)
      webSocket.once('close', () => open.delete(connection))
    })
  }

  return {
    upgrade,
    async start() {
      isStopping = false
      sessions = createSessions(context, options)
      if (options.port === undefined) return { address: `mounted:${PATH}/${encodeURIComponent(context.feed)}` }
      server = ownServer(options.helloSeconds * 1000, upgrade)
      await listen(server, options.host, options.port)
      const { port } = server.address() as { port: number }
      return { address: `ws://${options.host}:${port}${PATH}` }
    },
    async stop() {
      isStopping = true
      // First what was handed over becomes durable and is said, then the door is shut.
      await sessions?.stop()
      for (const connection of open) connection.fail(new AppError('SHUTTING_DOWN'))
      const stopping = server
      server = undefined
      await Promise.all([
        ...[...sockets.clients].map((client) => new Promise((resolve) => client.once('close', resolve))),
        stopping &&
          new Promise<void>((resolve) => {
            stopping.close(() => resolve())
            stopping.closeAllConnections()
          })
      ])
    }
  }
}

/** This listener asks for no credentials, so a page of another site in somebody's browser must not reach it. */
function ownServer(requestTimeout: number, upgrade: (admitted: AdmittedUpgrade) => void): Server {
  const limit = Math.min(requestTimeout, REQUEST_MS)
  const server = createServer(
    { requestTimeout: limit, headersTimeout: limit, connectionsCheckingInterval: Math.min(5000, limit) },
    (_request, response) => response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end()
  )
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== PATH || !isLocalCall(request.headers)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    upgrade({ request, socket, head, caller: 'local', mayStay: () => true })
  })
  return server
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('CONFIG_INVALID', { at: 'websocket-ecg.port', reason: 'listen', cause }))
    )
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      server.on('error', () => undefined)
      resolve()
    })
  })
}
