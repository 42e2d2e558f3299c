import type { Socket } from 'node:net'
import type { AppError } from '../../../core/errors/app-error.ts'
import { failpoint } from '../../../core/failpoint.ts'
import type { TransportContext } from '../../../core/transport.ts'
import { createFramer, encodeFrame, type Framed } from './framer.ts'
import { type Answers, type IntakeDeps, refuseFrame, takeMessage } from './intake.ts'
import type { MllpOptions } from './options.ts'

/** Junk between blocks is skipped; a peer that sends this much of it does not speak MLLP. */
const MAX_JUNK_BYTES = 64 * 1024
/** A peer that goes on sending after our end is cut off after this time. */
const LINGER_MS = 2_000

export interface Connection {
  /** Reads no more, answers what was taken, closes; resolves when the socket is closed. */
  drain(): Promise<void>
  destroy(): void
}

/**
 * One peer. Blocks are taken in their order, up to `maxInFlight` at a time; beyond that the socket is paused, so memory
 * is bounded by maxInFlight messages and one chunk. A place is free again when the answer has left for the kernel, so
 * a peer that never reads its answers stalls nobody but itself.
 */
export function openConnection(
  socket: Socket,
  context: TransportContext,
  options: MllpOptions,
  deps: IntakeDeps
): Connection {
  const framer = createFramer(options)
  const peer = `${socket.remoteAddress ?? ''}`
  const waiting: Framed[] = []
  let inFlight = 0
  let isClosing = false
  /** The peer has sent its last byte; what it sent before is still answered. */
  let hasEnded = false
  let firstAnswers: Promise<unknown> = Promise.resolve()
  const laterAnswers = new Set<Promise<unknown>>()
  let frameTimer: ReturnType<typeof setTimeout> | undefined

  const write = (answer: Uint8Array | undefined): Promise<void> =>
    new Promise((resolve) => {
      if (!answer || socket.destroyed || !socket.writable) resolve()
      else socket.write(encodeFrame(answer), () => resolve())
    })

  const close = async (): Promise<void> => {
    if (isClosing) return
    isClosing = true
    waiting.length = 0
    clearTimeout(frameTimer)
    socket.pause()
    await firstAnswers
    await Promise.all(laterAnswers)
    if (socket.destroyed) return
    // The peer may have sent more than was read: it is drained unread, so that the kernel does not reset the answer away.
    socket.removeAllListeners('data')
    socket.resume()
    socket.end()
    const cut = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(cut))
  }

  const lose = (error: AppError, head: Uint8Array): void => {
    context.log.warn({ feed: context.feed, code: error.code, reason: error.reason }, 'closing an MLLP connection')
    const answer = refuseFrame(head, error, peer, context, deps)
    firstAnswers = firstAnswers.then(() => write(answer))
    void close()
  }

  const free = (): void => {
    inFlight--
    next()
  }

  const take = (bytes: Uint8Array): void => {
    inFlight++
    const answers: Answers = takeMessage(bytes, peer, context, options, deps)
    // A later answer that fails before it is waited for must not end the process.
    answers.first.catch(() => undefined)
    // In order of the blocks, but without waiting for the kernel between two answers.
    firstAnswers = firstAnswers
      .then(() => answers.first)
      .then(
        (answer) =>
          void write(answer).then(() => {
            failpoint('mllp.answered')
            free()
          }),
        () => socket.destroy()
      )
    const later = Promise.all([answers.later, firstAnswers])
      .then(([answer]) => write(answer))
      .catch(() => undefined)
      .finally(() => laterAnswers.delete(later))
    laterAnswers.add(later)
  }

  const next = (): void => {
    while (!isClosing && waiting.length > 0 && inFlight < options.maxInFlight) {
      const framed = waiting.shift()!
      if (framed.kind === 'frame') take(framed.bytes)
      else lose(framed.error, framed.head)
    }
    if (isClosing) return
    if (hasEnded && waiting.length === 0) {
      void close()
      return
    }
    const isFull = waiting.length > 0 || inFlight >= options.maxInFlight || laterAnswers.size >= options.maxInFlight * 4
    if (isFull) socket.pause()
    else if (socket.isPaused()) socket.resume()
  }

  const watchFrame = (): void => {
    if (framer.isInside === (frameTimer !== undefined)) return
    clearTimeout(frameTimer)
    frameTimer = framer.isInside ? setTimeout(() => socket.destroy(), options.frameTimeoutMs) : undefined
  }

  let hasNotedJunk = false
  socket.on('data', (chunk: Buffer) => {
    for (const framed of framer.push(chunk)) waiting.push(framed)
    if (framer.junkBytes > 0 && !hasNotedJunk) {
      hasNotedJunk = true
      context.log.warn({ feed: context.feed, code: 'MLLP_FRAME_BROKEN', reason: 'junk' }, 'bytes outside an MLLP block')
    }
    if (framer.junkBytes > MAX_JUNK_BYTES) void close()
    watchFrame()
    next()
  })
  socket.setNoDelay(true)
  socket.setTimeout(options.idleTimeoutMs)
  socket.on('timeout', () => {
    if (inFlight === 0 && laterAnswers.size === 0) socket.destroy()
  })
  socket.on('end', () => {
    hasEnded = true
    next()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isClosing = true
    waiting.length = 0
    clearTimeout(frameTimer)
  })

  return {
    async drain() {
      const closed = new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
      await close()
      await closed
    },
    destroy: () => socket.destroy()
  }
}
