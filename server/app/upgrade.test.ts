import { connect } from 'node:net'
import { buildWorld } from '../../test/support/world.ts'

/** Asks for an upgrade and resets the connection before the answer can be written. */
function askAndReset(port: number, path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`
      socket.write(head, () => socket.resetAndDestroy())
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })
}

/** Asks for an upgrade and goes on sending, whatever is answered. */
function askAndFlood(port: number, path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`
      )
      socket.write(Buffer.alloc(1_000_000, 0x41))
    })
    socket.on('error', () => undefined)
    socket.on('data', () => resolve())
    socket.on('close', () => resolve())
  })
}

// Found by the fuzzer: what a refused peer sent was never read, so its socket stayed, and a stop waited for it.
test('a peer that goes on sending after its upgrade was refused keeps neither its socket nor the server', async () => {
  const world = await buildWorld({ mode: 'off' })
  const port = Number(new URL(world.http).port)
  await Promise.all(['/', '/admin/messages', '/fhir/R4/Patient'].map((path) => askAndFlood(port, path)))
  await world.stop()
  await expect(fetch(`${world.http}/healthz`)).rejects.toThrow()
})

// Found by the fuzzer: Node takes its own error listener off a socket that asks for an upgrade, so a peer that reset the
// connection before it was answered ended the process.
test('a peer that resets its connection while it asks for an upgrade harms nobody', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('uncaughtException', note)
  const world = await buildWorld({ mode: 'off' })
  try {
    const port = Number(new URL(world.http).port)
    for (let round = 0; round < 40; round++) {
      await Promise.all(['/', '/fhir/R4/ws', '/admin/messages'].map((path) => askAndReset(port, path)))
    }
    expect((await fetch(`${world.http}/healthz`)).status).toBe(200)
    expect(unhandled).toEqual([])
  } finally {
    process.off('uncaughtException', note)
    await world.stop()
  }
})
