import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { refuseStrangers } from '../../core/peers.ts'
import { ByteBudget } from './byte-budget.ts'
import { ScpAssociation } from './scp-association.ts'
import type { ScpOptions } from './scp-options.ts'

/** Bytes of objects that may lie in memory at once, over all associations. */
const IN_FLIGHT_BYTES = 256 * 1024 * 1024

/** C-ECHO and C-STORE provider (PS3.4 annexes A, B) on a server of our own; binds the loopback unless told otherwise. */
export class DicomScp {
  private readonly options: ScpOptions
  private readonly server: Server
  private readonly associations = new Set<ScpAssociation>()
  private readonly budget = new ByteBudget(IN_FLIGHT_BYTES)

  constructor(options: ScpOptions) {
    this.options = options
    const connected = (socket: Socket): void => this.connected(socket)
    this.server = options.tls ? createTlsServer(options.tls, connected) : createServer(connected)
    if (options.peers) refuseStrangers(this.server, options.peers, () => options.peerRefused?.('address'))
  }

  /** Associations that are open. */
  get size(): number {
    return this.associations.size
  }

  /** @returns the address in use; with port 0 the free port that was found */
  async start(): Promise<{ host: string; port: number }> {
    emptyFolder(this.options.spoolDir)
    const host = this.options.host ?? '127.0.0.1'
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(this.options.port, host, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
    // A handshake that fails or a descriptor that runs out concerns one peer only.
    this.server.on('error', () => {})
    this.server.on('tlsClientError', (error) => {
      const { code = '' } = error as NodeJS.ErrnoException
      if (/CERT|SIGNATURE|ISSUER|CHAIN/.test(code)) this.options.peerRefused?.('certificate')
    })
    const address = this.server.address()
    return { host, port: typeof address === 'object' && address ? address.port : this.options.port }
  }

  /** Takes no more connections, lets objects on their way into the store be answered, then aborts what is open. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve())
    })
    await Promise.all([...this.associations].map((association) => association.stop()))
    await closed
  }

  private connected(socket: Socket): void {
    if (socket.destroyed) return
    const { tls, peers, peerRefused } = this.options
    if (tls && peers && !peers.admitsCertificate((socket as TLSSocket).getPeerCertificate())) {
      socket.destroy()
      peerRefused?.('certificate')
      return
    }
    // Twice the associations: room to refuse some politely, and an end to it.
    if (this.associations.size >= this.options.maxAssociations * 2) {
      socket.destroy()
      return
    }
    const association = new ScpAssociation(socket, this.options, {
      isFull: () => this.associations.size > this.options.maxAssociations,
      address: socket.remoteAddress,
      closed: () => this.associations.delete(association),
      budget: this.budget
    })
    this.associations.add(association)
  }
}

function emptyFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(dir)) if (name.endsWith('.part')) rmSync(join(dir, name), { force: true })
}
