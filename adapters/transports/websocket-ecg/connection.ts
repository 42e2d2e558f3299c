import type { WebSocket } from 'ws'
import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import type { TransportContext } from '../../../core/transport.ts'
import { readFrame } from './frame.ts'
import { broken, type ClientMessage, readMessage } from './hello.ts'
import type { LiveOptions } from './options.ts'
import { CLOSE, closeCodeOf, type ServerMessage, SUBPROTOCOL } from './protocol.ts'
import type { LiveSession } from './session.ts'
import type { Sessions } from './sessions.ts'

/** A client that does not read what it is told is sent away when so much waits for it. */
const MAX_UNREAD_BYTES = 256 * 1024
const PACE_MS = 500
/** A closing handshake that the peer does not answer. */
const CLOSE_MS = 500

type State = 'greeting' | 'confirming' | 'streaming' | 'leaving' | 'closed'

/** What a client may send in which state; everything else is STREAM_PROTOCOL. */
const ALLOWED: Readonly<Record<State, readonly (ClientMessage['type'] | 'frame')[]>> = {
  greeting: ['hello'],
  confirming: [],
  streaming: ['frame', 'gap', 'bye'],
  leaving: [],
  closed: []
}

export interface ConnectionDeps {
  context: TransportContext
  options: LiveOptions
  sessions: Sessions
  /** The connection of each session: a newer one takes it over. */
  connections: Map<LiveSession, Connection>
}

export interface Connection {
  /** Ends it for a reason of the server's. */
  fail(error: AppError): void
}

/** One WebSocket from hello to bye. @returns how to end it */
export function serveConnection(
  socket: WebSocket,
  { caller, mayStay }: { caller: string; mayStay(): boolean },
  { context, options, sessions, connections }: ConnectionDeps
): Connection {
  let state: State = 'greeting'
  let session: LiveSession | undefined
  let isAlive = true
  let heardAt = performance.now()
  const timers = new Set<NodeJS.Timeout>()
  const later = (seconds: number, work: () => void): void => {
    const timer = setTimeout(work, seconds * 1000)
    timer.unref()
    timers.add(timer)
  }
  const every = (seconds: number, work: () => void): void => {
    const timer = setInterval(work, seconds * 1000)
    timer.unref()
    timers.add(timer)
  }

  const say = (message: ServerMessage): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate()
    else socket.send(JSON.stringify(message))
  }

  function fail(error: AppError): void {
    if (state === 'closed') return
    context.live?.meter.refused(error.code)
    const { code, at, reason } = error
    say({ type: 'error', code, ...(at ? { at } : {}), ...(reason ? { reason } : {}) })
    close(closeCodeOf(error), code)
  }

  function close(code: number, reason: string): void {
    if (state === 'closed') return
    leave()
    socket.close(code, reason)
    const cut = setTimeout(() => socket.terminate(), CLOSE_MS)
    cut.unref()
    socket.once('close', () => clearTimeout(cut))
  }

  /** The session stays, for whoever comes back for it. */
  function leave(): void {
    const wasLeaving = state === 'leaving'
    state = 'closed'
    for (const timer of timers) clearTimeout(timer)
    if (!session || connections.get(session) !== own) return
    connections.delete(session)
    session.detach()
    if (wasLeaving) sessions.forget(session)
  }

  async function greet(hello: Extract<ClientMessage, { type: 'hello' }>): Promise<void> {
    state = 'confirming'
    const opened = await sessions.open(hello, caller)
    if (hasEnded()) {
      if (!opened.resumed) sessions.forget(opened.session)
      return
    }
    session = opened.session
    connections.get(session)?.fail(new AppError('STREAM_REPLACED'))
    connections.set(session, own)
    state = 'streaming'
    heardAt = performance.now()
    session.attach(say, opened.resumed)
    every(PACE_MS / 1000, () => session?.pace())
    every(options.idleSeconds / 4, () => {
      if (performance.now() - heardAt > options.idleSeconds * 1000)
        fail(new AppError('STREAM_TIMEOUT', { at: 'frame' }))
    })
  }

  // Asked behind an await, where the compiler does not see that it may have changed.
  const hasEnded = (): boolean => state === 'closed'

  async function depart(): Promise<void> {
    state = 'leaving'
    later(options.farewellSeconds, () => close(CLOSE.bye, 'bye'))
    await session!.finish()
    say({ type: 'bye' })
    close(CLOSE.bye, 'bye')
  }

  function receive(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? undefined : readMessage(data.toString('utf8'))
    const kind = message?.type ?? 'frame'
    if (!ALLOWED[state].includes(kind)) throw broken(kind, `not-in-${state}`)
    heardAt = performance.now()
    if (!message) session!.take(readFrame(data))
    else if (message.type === 'gap') session!.declareGap(message.from, message.to)
    else if (message.type === 'hello') void greet(message).catch((thrown: unknown) => fail(asAppError(thrown)))
    else void depart().catch((thrown: unknown) => fail(asAppError(thrown)))
  }

  const own: Connection = { fail }
  socket.on('message', (data, isBinary) => {
    if (state === 'closed') return
    try {
      receive(data as Buffer, isBinary)
    } catch (thrown) {
      fail(asAppError(thrown))
    }
  })
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('close', leave)
  // A frame that is too large, or none at all: the library has said so to the peer.
  socket.on('error', () => {
    context.live?.meter.refused('STREAM_PROTOCOL')
    socket.terminate()
  })
  later(options.helloSeconds, () => {
    if (state === 'greeting') fail(new AppError('STREAM_TIMEOUT', { at: 'hello' }))
  })
  every(options.heartbeatSeconds, () => {
    if (!mayStay()) {
      fail(new AppError('NOT_PERMITTED', { reason: 'credentials' }))
    } else if (isAlive) {
      isAlive = false
      socket.ping()
    } else {
      socket.terminate()
    }
  })
  if (socket.protocol !== SUBPROTOCOL) fail(broken('sub-protocol', 'value'))
  return own
}
