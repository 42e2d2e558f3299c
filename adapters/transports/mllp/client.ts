import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { AppError } from '../../../core/errors/app-error.ts'
import { parseHeader } from '../../hl7v2/header.ts'
import { parseMessage } from '../../hl7v2/parse.ts'
import { createFramer, encodeFrame } from './framer.ts'

export interface MllpClientOptions {
  host: string
  port: number
  /** TLS with these options of node:tls; `true` for the defaults. */
  tls?: ConnectionOptions | true
  /** From the write to the acknowledgement, and for connecting. Default 10 s. */
  timeoutMs?: number
  /** Messages that may wait for their acknowledgement at a time. Default 1. */
  maxInFlight?: number
  /** Told of each block that answers nothing that waits: late or foreign acknowledgements, application answers after CA. */
  onUnmatched?(reply: Uint8Array): void
}

export interface MllpReply {
  /** MSA-1: AA, AE, AR, CA, CE, CR. */
  code: string
  reply: Uint8Array
}

export interface MllpClient {
  /**
   * Sends one message and waits for the acknowledgement whose MSA-2 equals its MSH-10.
   *
   * Rejects AppError DESTINATION_UNREACHABLE (reason 'connect', 'timeout', 'closed'), HL7_NO_CONTROL_ID,
   * HL7_NOT_A_MESSAGE. Nothing is sent twice by itself: whether to try again is the caller's decision.
   */
  send(bytes: Uint8Array): Promise<MllpReply>
  /** Acknowledgements that were discarded because nothing waited for their MSA-2. */
  readonly discarded: number
  /** Messages that still wait are rejected (reason 'closed'). */
  close(): Promise<void>
}

interface Waiter {
  controlId: string
  settle(result: MllpReply | AppError): void
}

/** Connects at the first `send` and again after a loss. */
export function createMllpClient(options: MllpClientOptions): MllpClient {
  const { timeoutMs = 10_000, maxInFlight = 1 } = options
  const waiters: Waiter[] = []
  const queue: (() => void)[] = []
  let inFlight = 0
  let discarded = 0
  let isClosed = false
  let open: Promise<Socket> | undefined

  const lost = (): void => {
    open = undefined
    for (const waiter of waiters.splice(0)) waiter.settle(unreachable('closed'))
  }

  const receive = (bytes: Uint8Array): void => {
    const answer = readAnswer(bytes)
    const index = answer ? waiters.findIndex((waiter) => waiter.controlId === answer.controlId) : -1
    if (index < 0) {
      discarded++
      options.onUnmatched?.(bytes)
      return
    }
    waiters.splice(index, 1)[0]!.settle({ code: answer!.code, reply: bytes })
  }

  const connect = (): Promise<Socket> => {
    open ??= openSocket(options, timeoutMs).then(
      (socket) => {
        const framer = createFramer()
        socket.on('data', (chunk: Buffer) => {
          for (const framed of framer.push(chunk)) if (framed.kind === 'frame') receive(framed.bytes)
        })
        socket.on('error', () => socket.destroy())
        socket.on('end', () => socket.destroy())
        socket.once('close', lost)
        return socket
      },
      (error: unknown) => {
        open = undefined
        throw error
      }
    )
    return open
  }

  const transmit = async (bytes: Uint8Array, controlId: string): Promise<MllpReply> => {
    if (isClosed) throw unreachable('closed')
    const socket = await connect()
    return new Promise<MllpReply>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1)
        waiter.settle(unreachable('timeout'))
      }, timeoutMs)
      const waiter: Waiter = {
        controlId,
        settle(result) {
          clearTimeout(timer)
          if (result instanceof AppError) reject(result)
          else resolve(result)
        }
      }
      waiters.push(waiter)
      if (socket.destroyed) lost()
      else socket.write(encodeFrame(bytes))
    })
  }

  const acquire = async (): Promise<void> => {
    if (inFlight >= maxInFlight) await new Promise<void>((resolve) => queue.push(resolve))
    else inFlight++
  }
  /** The place goes straight to the next in the queue, so the order of `send` calls is the order on the wire. */
  const release = (): void => {
    const following = queue.shift()
    if (following) following()
    else inFlight--
  }

  return {
    get discarded() {
      return discarded
    },
    async send(bytes) {
      const header = parseHeader(bytes)
      if (!header) throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH' })
      if (header.controlId === '') throw new AppError('HL7_NO_CONTROL_ID', { at: 'MSH-10' })
      await acquire()
      try {
        return await transmit(bytes, header.controlId)
      } finally {
        release()
      }
    },
    async close() {
      isClosed = true
      const socket = await open?.catch(() => undefined)
      if (!socket || socket.closed) return
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.destroy()
      await closed
    }
  }
}

const unreachable = (reason: 'connect' | 'timeout' | 'closed', cause?: unknown): AppError =>
  new AppError('DESTINATION_UNREACHABLE', { reason, cause })

/** MSA-1 and MSA-2 of an answer; undefined when it has no readable MSA. */
function readAnswer(bytes: Uint8Array): { code: string; controlId: string } | undefined {
  try {
    const msa = parseMessage(bytes).first('MSA')
    return msa && { code: msa.get(1), controlId: msa.get(2) }
  } catch {
    return undefined
  }
}

function openSocket({ host, port, tls }: MllpClientOptions, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = tls ? connectTls({ ...(tls === true ? {} : tls), host, port }) : connectTcp({ host, port })
    const fail = (cause?: unknown): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(unreachable('connect', cause))
    }
    const timer = setTimeout(fail, timeoutMs)
    socket.once('error', fail)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}
