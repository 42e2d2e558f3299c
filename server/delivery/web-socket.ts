import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Coordination } from '../../core/coordination.ts'
import type { Destination, Sent } from '../../core/destination.ts'
import type { Logger } from '../../core/log.ts'

const MAX_MESSAGE_BYTES = 1024
const HEARTBEAT_MS = 30_000
const CHANNEL = 'socket-event'
const MAX_BUFFERED_BYTES = 1024 * 1024

export interface SocketHubOptions {
  path: string
  log: Logger
  /** Whether that Subscription exists, is live and has channel websocket. */
  canBind(subscriptionId: string): Promise<boolean>
  /** A client came for it, so that what waits can go, or the last one went. */
  onReach(subscriptionId: string, isReachable: boolean): void
  /** To the sockets that are bound in other processes; absent: there is one. */
  coordination?: Pick<Coordination, 'announce' | 'listen'>
  /** Judges an upgrade; answers a refusal itself. */
  admit(request: IncomingMessage, socket: Duplex): boolean
  /** Asked before every event and heartbeat: a client that was revoked or whose token ended hears nothing more. */
  mayStay(request: IncomingMessage): boolean
}

/**
 * FHIR R4 Subscription, channel websocket: the client sends `bind [id]`, is answered `bound [id]`, then gets `ping [id]`
 * for each event. While nobody is bound the events wait in the outbox; nothing is lost.
 *
 * Of several processes one that holds a socket sends; when it has, it tells the others, whose sockets get the ping too.
 */
export function createSocketHub(options: SocketHubOptions) {
  const sockets = new Map<string, Set<WebSocket>>()
  const requests = new WeakMap<WebSocket, IncomingMessage>()
  const mayStay = (socket: WebSocket): boolean => {
    const request = requests.get(socket)
    if (request && options.mayStay(request)) return true
    socket.close(1008, 'no longer permitted')
    return false
  }
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })

  const bind = async (socket: WebSocket, id: string): Promise<void> => {
    if (!(await options.canBind(id))) {
      socket.close(1008, 'no such subscription')
      return
    }
    const bound = sockets.get(id) ?? new Set()
    sockets.set(id, bound.add(socket))
    socket.on('close', () => {
      bound.delete(socket)
      if (bound.size > 0) return
      if (sockets.get(id) === bound) sockets.delete(id)
      options.onReach(id, false)
    })
    socket.send(`bound ${id}`)
    options.onReach(id, true)
  }

  const openTo = (subscriptionId: string): WebSocket[] =>
    [...(sockets.get(subscriptionId) ?? [])].filter(
      (s) => s.readyState === s.OPEN && s.bufferedAmount < MAX_BUFFERED_BYTES && mayStay(s)
    )
  const origin = randomUUID()
  const endListening = options.coordination?.listen(CHANNEL, (text) => {
    const [from, subscriptionId = ''] = text.split(' ')
    if (from !== origin) for (const socket of openTo(subscriptionId)) socket.send(ping(subscriptionId))
  })

  server.on('connection', (socket, request) => {
    requests.set(socket, request)
    let alive = true
    const beat = setInterval(() => {
      if (!mayStay(socket)) return
      if (!alive) socket.terminate()
      alive = false
      socket.ping()
    }, HEARTBEAT_MS)
    beat.unref()
    socket.on('pong', () => {
      alive = true
    })
    socket.on('close', () => clearInterval(beat))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => {
      const id = /^bind ([A-Za-z0-9.-]{1,64})$/.exec(String(data))?.[1]
      if (id) bind(socket, id).catch(() => socket.close(1011, 'try again'))
      else socket.close(1003, 'expected: bind [id]')
    })
  })

  return {
    attach(http: Server): void {
      http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (request.url?.split('?')[0] !== options.path) return
        if (!options.admit(request, socket)) return
        server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws, request))
      })
    },
    destination(subscriptionId: string, name: string): Omit<Destination, 'wants'> {
      return {
        name,
        build: async (event) => ({
          id: event.eventId,
          mediaType: 'text/plain',
          bytes: Buffer.from(ping(subscriptionId))
        }),
        isReachable: () => (sockets.get(subscriptionId)?.size ?? 0) > 0,
        async send(payload): Promise<Sent> {
          const open = openTo(subscriptionId)
          if (open.length === 0) return { kind: 'retry', code: 'NOBODY_BOUND' }
          const written = await Promise.allSettled(
            open.map(
              (s) =>
                new Promise<void>((resolve, reject) =>
                  s.send(Buffer.from(payload.bytes).toString(), (error) => (error ? reject(error) : resolve()))
                )
            )
          )
          if (!written.some(({ status }) => status === 'fulfilled')) return { kind: 'retry', code: 'NOBODY_BOUND' }
          options.coordination?.announce(CHANNEL, `${origin} ${subscriptionId}`)
          return { kind: 'delivered' }
        }
      }
    },
    stop(): void {
      endListening?.()
      for (const client of server.clients) client.terminate()
      server.close()
    }
  }
}

const ping = (subscriptionId: string): string => `ping ${subscriptionId}`

export type SocketHub = ReturnType<typeof createSocketHub>
