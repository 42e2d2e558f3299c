import { connect, type Socket } from 'node:net'

/** A peer that gets no answer within this time is stuck: far above anything a loaded machine needs. */
export const SILENCE_MS = 60_000

export interface Address {
  host: string
  port: number
}

export const addressOf = (url: string): Address => {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}

export interface Talk {
  /** All that came back. */
  bytes: Buffer
  /** The server neither answered to the end nor closed. */
  stuck: boolean
}

export interface TalkOptions {
  /** Resets the connection after writing, instead of ending our side and reading to the end. */
  hangUp?: boolean
}

/** Writes the pieces on a connection of their own, ends our side and reads until the server closes its own. */
export function talk(
  address: Address,
  pieces: readonly Uint8Array[],
  { hangUp = false }: TalkOptions = {}
): Promise<Talk> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let stuck = false
    const socket: Socket = connect({ ...address, noDelay: true, allowHalfOpen: true })
    const limit = setTimeout(() => {
      stuck = true
      socket.destroy()
    }, SILENCE_MS)
    socket.on('data', (data) => chunks.push(data))
    socket.on('error', () => undefined)
    // The server's end is the last word: what we still had to write is no longer wanted.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(limit)
      resolve({ bytes: Buffer.concat(chunks), stuck })
    })
    socket.on('connect', async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return
        if (!socket.write(piece)) await drained(socket)
        // The next piece in a segment of its own.
        else await new Promise((next) => setImmediate(next))
      }
      if (socket.destroyed) return
      if (hangUp) socket.resetAndDestroy()
      else socket.end()
    })
  })
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', resolve)
    socket.once('close', resolve)
  })
