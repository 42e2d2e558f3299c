import type { Socket } from 'node:net'
import { asAppError } from '../../../core/errors/app-error.ts'
import type { Arrival, TransportContext } from '../../../core/transport.ts'
import { createFramer, encodeFrame } from './framer.ts'
import type { Options } from './options.ts'

export interface Connection {
  /** Answers what was handed over, takes no more, closes. */
  drain(): Promise<void>
  closed: Promise<void>
}

/** One peer: one message at a time, so a peer that does not wait for its answers is held up by TCP itself. */
export function openConnection(socket: Socket, context: TransportContext, options: Options): Connection {
  const framer = createFramer(options.maxBytes)
  let isBusy = false
  let isEnding = false

  /** Writes the answer; false when the connection has to end. */
  const take = async (bytes: Uint8Array): Promise<boolean> => {
    isBusy = true
    const answer = await handOver(arrivalOf(bytes, socket), context)
    isBusy = false
    if (!socket.destroyed) socket.write(encodeFrame(Buffer.from(answer)))
    return !isEnding
  }

  const read = async (): Promise<void> => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const bytes of framer.push(chunk as Buffer)) if (!(await take(bytes))) return
    }
  }

  const serve = async (): Promise<void> => {
    try {
      await read()
    } catch (thrown) {
      const error = asAppError(thrown, 'BAD_REQUEST')
      context.log.warn({ feed: context.feed, code: error.code, reason: error.reason }, 'closing a connection')
      if (!socket.destroyed) {
        context.refuse(arrivalOf(new Uint8Array(), socket), error)
        socket.write(encodeFrame(Buffer.from(`refused ${error.code}`)))
      }
    }
    await new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.end(() => resolve())))
    socket.destroy()
  }

  socket.setNoDelay(true)
  socket.setTimeout(options.idleTimeoutMs, () => {
    if (!isBusy) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void serve()
  return {
    closed,
    async drain() {
      isEnding = true
      if (!isBusy) socket.destroy()
      await closed
    }
  }
}

const arrivalOf = (bytes: Uint8Array, socket: Socket): Arrival => ({
  family: 'fhir',
  mediaType: 'application/fhir+json',
  bytes,
  peer: socket.remoteAddress ?? ''
})

/** 'taken <envelope id>' once the message is durable, else 'refused <code>'. */
async function handOver(arrival: Arrival, context: TransportContext): Promise<string> {
  try {
    const { envelopeId } = await context.accept(arrival)
    return `taken ${envelopeId}`
  } catch (error) {
    return `refused ${asAppError(error, 'BUS_UNAVAILABLE').code}`
  }
}
