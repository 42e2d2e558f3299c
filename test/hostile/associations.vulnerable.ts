import { createServer, type Server, type Socket } from 'node:net'

/** Remembers every peer, and listens wherever it can be reached. For associations.test.ts only. */
export class ForgetfulProvider {
  readonly #peers: { socket: Socket; received: Buffer[] }[] = []
  readonly #server: Server = createServer((socket) => {
    const peer = { socket, received: [] as Buffer[] }
    this.#peers.push(peer)
    socket.on('data', (data) => peer.received.push(data))
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
  })

  get size(): number {
    return this.#peers.length
  }

  start(): Promise<{ host: string; port: number }> {
    return new Promise((resolve) => {
      this.#server.listen(0, () => {
        const { address, port } = this.#server.address() as { address: string; port: number }
        resolve({ host: address, port })
      })
    })
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
