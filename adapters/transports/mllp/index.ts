import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { AppError } from '../../../core/errors/app-error.ts'
import { ulidFactory } from '../../../core/ids.ts'
import { refuseStrangers } from '../../../core/peers.ts'
import { defineTransport, type Transport, type TransportContext } from '../../../core/transport.ts'
import { checkPeersTls, isCertificateFault, readServerTls } from '../../server-tls.ts'
import { type Connection, openConnection } from './connection.ts'
import type { IntakeDeps } from './intake.ts'
import { type MllpOptions, readMllpOptions } from './options.ts'

/** How long `stop` waits for open answers before it cuts the connections. */
const STOP_TIMEOUT_MS = 10_000

/** HL7 v2 over MLLP release 1, on our own `net` or `tls` server, on loopback unless configured. */
export default defineTransport({
  name: 'mllp',
  families: ['hl7v2'],
  peerRules: ['addresses', 'clientCertificates'],
  options: (raw) => ({ ...readMllpOptions(raw) }),
  create: (context) => createMllpTransport(context, systemDeps())
})

export function createMllpTransport(context: TransportContext, deps: IntakeDeps): Transport {
  const options: MllpOptions = readMllpOptions(context.options)
  const { peers, peerRefused } = context
  checkPeersTls(options.tls, peers, 'mllp.tls')
  const tls = options.tls && readServerTls(options.tls, 'mllp.tls', peers)
  const connections = new Set<Connection>()
  let server: Server | undefined

  const serve = (socket: Socket): void => {
    if (socket.destroyed) return
    if (tls && peers && !peers.admitsCertificate((socket as TLSSocket).getPeerCertificate())) {
      socket.destroy()
      peerRefused?.('certificate')
      return
    }
    const connection = openConnection(socket, context, options, deps)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  }

  return {
    async start() {
      // Half-open: a peer may end its side behind the last block and still wait for the answers. Not with TLS: Node 24 keeps
      // the raw socket for ever when such a peer leaves during the handshake.
      server = tls ? createTlsServer(tls, serve) : createServer({ allowHalfOpen: true }, serve)
      if (peers) refuseStrangers(server, peers, () => peerRefused?.('address'))
      server.maxConnections = options.maxConnections
      // A failed handshake ends that connection only.
      server.on('tlsClientError', (error, socket: Socket) => {
        socket.destroy()
        if (isCertificateFault(error)) peerRefused?.('certificate')
      })
      await listen(server, options)
      const { port } = server.address() as { port: number }
      return { address: `${tls ? 'mllps' : 'mllp'}://${options.host}:${port}` }
    },
    async stop() {
      if (!server) return
      const closed = new Promise<void>((resolve) => server!.close(() => resolve()))
      const cut = setTimeout(() => {
        for (const connection of connections) connection.destroy()
      }, STOP_TIMEOUT_MS)
      await Promise.all([...connections].map((connection) => connection.drain()))
      await closed
      clearTimeout(cut)
      server = undefined
    }
  }
}

function listen(server: Server, { host, port }: MllpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('CONFIG_INVALID', { at: 'mllp.port', reason: 'listen', cause }))
    )
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      server.on('error', () => undefined)
      resolve()
    })
  })
}

function systemDeps(): IntakeDeps {
  const nextUlid = ulidFactory()
  return {
    now: () => new Date(),
    // MSH-10 holds 20 characters up to v2.6: the time and the part of the ULID that counts up.
    nextControlId: () => {
      const ulid = nextUlid()
      return ulid.slice(0, 10) + ulid.slice(16)
    }
  }
}
