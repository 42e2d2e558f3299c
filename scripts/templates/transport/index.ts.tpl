import { createServer, type Server } from 'node:net'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineTransport, type Transport, type TransportContext } from '../../../core/transport.ts'
import { type Connection, openConnection } from './connection.ts'
import { readOptions } from './options.ts'

/** FHIR JSON in netstrings over TCP, each answered by a netstring when it is durable. */
export default defineTransport({
  name: '__NAME__',
  families: ['fhir'],
  options: (raw) => ({ ...readOptions(raw) }),
  create: createTransport
})

function createTransport(context: TransportContext): Transport {
  const options = readOptions(context.options)
  const connections = new Set<Connection>()
  let server: Server | undefined
  return {
    async start() {
      server = createServer((socket) => {
        const connection = openConnection(socket, context, options)
        connections.add(connection)
        void connection.closed.then(() => connections.delete(connection))
      })
      server.maxConnections = options.maxConnections
      await listen(server, options.port)
      const { port } = server.address() as { port: number }
      return { address: `__NAME__://127.0.0.1:${port}` }
    },
    async stop() {
      if (!server) return
      const closed = new Promise<void>((resolve) => server!.close(() => resolve()))
      await Promise.all([...connections].map((connection) => connection.drain()))
      await closed
      server = undefined
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('CONFIG_INVALID', { at: '__NAME__.port', reason: 'listen', cause }))
    )
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error')
      server.on('error', () => undefined)
      resolve()
    })
  })
}
