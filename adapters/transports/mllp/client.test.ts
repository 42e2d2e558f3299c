import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { AppError } from '../../../core/errors/app-error.ts'
import { createMllpClient, type MllpClientOptions } from './client.ts'
import { createFramer, encodeFrame } from './framer.ts'
import transport from './index.ts'
import { oru, testIntake } from './test-intake.ts'

/** A receiver that follows a script: called for each message with its MSH-10 and the socket. */
async function receiver(script: (controlId: string, socket: Socket, n: number) => void) {
  let n = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const framer = createFramer()
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (const framed of framer.push(chunk)) {
        if (framed.kind === 'frame') script(Buffer.from(framed.bytes).toString('latin1').split('|')[9]!, socket, ++n)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const clients: ReturnType<typeof createMllpClient>[] = []
  return {
    port,
    client(options: Partial<MllpClientOptions> = {}) {
      const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs: 2000, ...options })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const ack = (controlId: string, code = 'AA'): Buffer =>
  encodeFrame(Buffer.from(`MSH|^~\\&|X||Y||2026||ACK|A|P|2.5.1\rMSA|${code}|${controlId}\r`))
const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no failure',
    (error: AppError) => `${error.code} ${error.reason}`
  )

test.each(['AA', 'AE', 'AR', 'CA', 'CE', 'CR'])('gives %s and the bytes of the answer', async (code) => {
  await using peer = await receiver((id, socket) => socket.write(ack(id, code)))
  const reply = await peer.client().send(oru('M1'))
  expect([reply.code, encodeFrame(reply.reply).equals(ack('M1', code))]).toEqual([code, true])
})

test('discards and counts an answer that names another message', async () => {
  await using peer = await receiver((id, socket) => {
    socket.write(ack('OTHER'))
    socket.write(encodeFrame(Buffer.from('no answer at all')))
    socket.write(ack(`${id}0`))
    socket.write(ack(id))
  })
  const unmatched: Uint8Array[] = []
  const client = peer.client({ onUnmatched: (bytes) => unmatched.push(bytes) })
  expect((await client.send(oru('M1'))).code).toBe('AA')
  expect([client.discarded, unmatched.length]).toEqual([3, 3])
})

test('does not take the late answer to 1 for the answer to 2', async () => {
  await using peer = await receiver((id, socket) => {
    if (id === 'M2') socket.write(ack('M1'))
  })
  const client = peer.client({ timeoutMs: 60 })
  expect(await failure(client.send(oru('M1')))).toBe('DESTINATION_UNREACHABLE timeout')
  expect(await failure(client.send(oru('M2')))).toBe('DESTINATION_UNREACHABLE timeout')
  expect(client.discarded).toBe(1)
})

test('says when the peer hangs up, and connects again for the next message', async () => {
  await using peer = await receiver((id, socket, n) => (n === 1 ? socket.destroy() : socket.write(ack(id))))
  const client = peer.client()
  expect(await failure(client.send(oru('M1')))).toBe('DESTINATION_UNREACHABLE closed')
  expect((await client.send(oru('M1'))).code).toBe('AA')
})

test('says when nobody listens, and sends once somebody does', async () => {
  const gone = await receiver(() => undefined)
  const { port } = gone
  await gone[Symbol.asyncDispose]()
  const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs: 500 })
  expect(await failure(client.send(oru('M1')))).toBe('DESTINATION_UNREACHABLE connect')
  await client.close()
  expect(await failure(client.send(oru('M1')))).toBe('DESTINATION_UNREACHABLE closed')
})

test('sends in the order of the calls and matches answers that come in another', async () => {
  const held: (() => void)[] = []
  const order: string[] = []
  await using peer = await receiver((id, socket) => {
    order.push(id)
    held.unshift(() => socket.write(ack(id)))
    if (held.length === 8) for (const answer of held.splice(0)) answer()
  })
  const client = peer.client({ maxInFlight: 8 })
  const ids = Array.from({ length: 16 }, (_, i) => `M${i}`)
  const replies = await Promise.all(ids.map((id) => client.send(oru(id))))
  expect(order).toEqual(ids)
  expect(replies.map(({ reply }) => Buffer.from(reply).toString().split('|').at(-1))).toEqual(
    ids.map((id) => `${id}\r`)
  )
})

test('has one message in flight by default', async () => {
  let open = 0
  let most = 0
  await using peer = await receiver((id, socket) => {
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      socket.write(ack(id))
    })
  })
  const client = peer.client()
  await Promise.all(Array.from({ length: 20 }, (_, i) => client.send(oru(`M${i}`))))
  expect(most).toBe(1)
})

test('refuses what has no header or control id before it connects', async () => {
  const client = createMllpClient({ host: '127.0.0.1', port: 1 })
  expect(await failure(client.send(Buffer.from('hello')))).toBe('HL7_NOT_A_MESSAGE undefined')
  expect(await failure(client.send(oru('')))).toBe('HL7_NO_CONTROL_ID undefined')
})

test('talks TLS with our own server, and trusts no stranger', async () => {
  const pem = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
  const cert = pem('test-only-cert.pem')
  const intake = testIntake({ options: { tls: { cert, key: pem('test-only-key.pem') } } })
  const server = transport.create(intake.context)
  const port = Number((await server.start()).address.split(':')[2])
  const trusting = createMllpClient({ host: '127.0.0.1', port, tls: { ca: cert } })
  const doubting = createMllpClient({ host: '127.0.0.1', port, tls: true })
  expect((await trusting.send(oru('M1'))).code).toBe('AA')
  expect(await failure(doubting.send(oru('M2')))).toBe('DESTINATION_UNREACHABLE connect')
  await Promise.all([trusting.close(), doubting.close()])
  await server.stop()
})
