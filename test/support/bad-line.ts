import { connect, createServer, type Socket } from 'node:net'

/** A TCP line between an honest client and the server under test. */
export interface BadLine {
  /** The server's address with the port of this line. */
  address: string
  /** Bytes that have gone on to the server, and back to the client, so far. */
  readonly toServer: number
  readonly toClient: number
  /** Connections whose server side has been closed by the server. */
  readonly closedByServer: number
  /** Resolves once that many bytes have gone to the server. */
  reaches(bytes: number): Promise<void>
  /** Resolves once the server has closed that many connections. */
  serverCloses(count: number): Promise<void>
  close(): Promise<void>
}

export interface LineFaults {
  /** Hands the client's bytes on one by one, each in its own turn of the event loop. */
  oneByte?: boolean
  /** Hangs up both sides when this many bytes have gone to the server. */
  cutAt?: number
  /** Hands nothing more to the server after this many bytes, and stays open. */
  stallAt?: number
}

const PORT = /:(\d+)(?=\/|$)/

export async function openBadLine(address: string, faults: LineFaults = {}): Promise<BadLine> {
  const target = Number(PORT.exec(address.replace(/^[a-z][a-z0-9+.-]*:/, ''))![1])
  const open = new Set<Socket>()
  const wakers = new Set<() => void>()
  const figures = { toServer: 0, toClient: 0, closedByServer: 0 }
  const limit = faults.cutAt ?? faults.stallAt ?? Number.POSITIVE_INFINITY

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.once('close', () => open.delete(socket))
    }
    let sent = 0
    let writing: Promise<void> = Promise.resolve()
    const forward = async (chunk: Buffer): Promise<void> => {
      const allowed = chunk.subarray(0, Math.max(0, limit - sent))
      sent += allowed.length
      figures.toServer += allowed.length
      for (const wake of wakers) wake()
      for (const piece of faults.oneByte ? Array.from(allowed, (byte) => Buffer.of(byte)) : [allowed]) {
        if (piece.length === 0 || upstream.destroyed) continue
        await new Promise<void>((resolve) => upstream.write(piece, () => resolve()))
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (faults.cutAt !== undefined && sent >= faults.cutAt) {
        upstream.resetAndDestroy()
        client.resetAndDestroy()
      }
    }
    client.on('data', (chunk: Buffer) => {
      writing = writing.then(() => forward(chunk))
    })
    client.on('end', () => void writing.then(() => (faults.stallAt === undefined ? upstream.end() : undefined)))
    upstream.on('data', (chunk: Buffer) => {
      figures.toClient += chunk.length
      client.write(chunk)
    })
    upstream.on('close', () => {
      figures.closedByServer++
      client.end()
      for (const wake of wakers) wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (holds()) resolve()
      }
      wakers.add(look)
      look()
    })
  return {
    address: address.replace(PORT, `:${port}`),
    get toServer() {
      return figures.toServer
    },
    get toClient() {
      return figures.toClient
    },
    get closedByServer() {
      return figures.closedByServer
    },
    reaches: (bytes) => until(() => figures.toServer >= bytes),
    serverCloses: (count) => until(() => figures.closedByServer >= count),
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}
