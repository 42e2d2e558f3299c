import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { parseMessage } from '../../../adapters/hl7v2/parse.ts'
import { createFramer, encodeFrame } from '../../../adapters/transports/mllp/framer.ts'

export interface Notification {
  eventId: string
  path: string
  body: string
}

/** A rest-hook endpoint of a subscriber; `answer` says the status of each request (null: never answers). */
export async function subscriber(answer: (notification: Notification) => number | null = () => 200, port = 0) {
  const received: Notification[] = []
  const server = createHttpServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const notification = { eventId: String(request.headers['x-hisbundle-event-id']), path: request.url ?? '', body }
      const status = answer(notification)
      if (status === null) return
      if (status < 300) received.push(notification)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    port: (server.address() as AddressInfo).port,
    /** Acknowledged notifications in the order of arrival, resends included. */
    received,
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

export interface LabMessage {
  controlId: string
  type: string
  text: string
}

/** The laboratory's MLLP port. `answer` gives MSA-1, or the whole MSA text, or null for silence. */
export async function laboratory(answer: (message: LabMessage, n: number) => string | null = () => 'AA', port = 0) {
  const received: LabMessage[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const framer = createFramer()
    socket.on('data', (chunk: Buffer) => {
      for (const framed of framer.push(chunk)) {
        if (framed.kind !== 'frame') continue
        const parsed = parseMessage(framed.bytes)
        const msh = parsed.first('MSH')!
        const message = {
          controlId: msh.get(10),
          type: `${msh.get(9)}^${msh.get(9, 2)}`,
          text: Buffer.from(framed.bytes).toString()
        }
        received.push(message)
        const code = answer(message, received.length)
        if (code === null) continue
        const msa = code.includes('|') ? code : `MSA|${code}|${message.controlId}`
        socket.write(
          encodeFrame(
            Buffer.from(`MSH|^~\\&|LIS|HOSP|HISBUNDLE|HIS|20260101000000||ACK|R${received.length}|P|2.5.1\r${msa}\r`)
          )
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  return {
    address: `mllp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port: (server.address() as AddressInfo).port,
    /** In the order of arrival, resends included. */
    received,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
