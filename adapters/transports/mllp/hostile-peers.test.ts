import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { openConnection } from './connection.ts'
import transport from './index.ts'
import { readMllpOptions } from './options.ts'
import { blocks, connectPeer, type IntakeScript, msaOf, oru, segmentsOf, testIntake } from './test-intake.ts'

async function serve(script: IntakeScript = {}) {
  const intake = testIntake(script)
  const server = transport.create({ ...intake.context, options: transport.options(intake.context.options) })
  const { address } = await server.start()
  return { ...intake, address, [Symbol.asyncDispose]: () => server.stop() }
}

/** mulberry32: small, seeded, printed when a case fails. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const IDS = Array.from({ length: 20 }, (_, i) => `M${i}`)
const STREAM = blocks(...IDS.map((id) => oru(id)))
const ANSWERS = IDS.map((id) => `AA ${id}`)

test('answers 20 pipelined blocks cut anywhere, over a real socket (sampled)', async () => {
  const seed = Number(process.env['TEST_SEED'] ?? 20261122)
  const next = random(seed)
  await using server = await serve()
  for (let round = 0; round < 60; round++) {
    const cuts = Array.from({ length: 1 + Math.floor(next() * 6) }, () => Math.floor(next() * STREAM.length))
    cuts.sort((a, b) => a - b)
    const peer = await connectPeer(server.address)
    let from = 0
    for (const cut of [...cuts, STREAM.length]) {
      await new Promise<void>((resolve) => peer.socket.write(STREAM.subarray(from, cut), () => resolve()))
      from = cut
    }
    await peer.until(20)
    expect({ seed, round, cuts, answers: peer.answers.map(msaOf) }).toEqual({ seed, round, cuts, answers: ANSWERS })
    peer.socket.destroy()
  }
})

test('answers a block that comes byte by byte', async () => {
  await using server = await serve()
  const peer = await connectPeer(server.address)
  for (const byte of blocks(oru('M1'))) {
    await new Promise<void>((resolve) => peer.socket.write(Buffer.of(byte), () => resolve()))
  }
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA M1'])
  peer.socket.destroy()
})

test('skips junk between blocks and answers the blocks', async () => {
  await using server = await serve()
  const peer = await connectPeer(server.address)
  peer.socket.write(
    Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n'), blocks(oru('M1')), Buffer.from('\r\n\n'), blocks(oru('M2'))])
  )
  expect((await peer.until(2)).map(msaOf)).toEqual(['AA M1', 'AA M2'])
  peer.socket.destroy()
})

test.each([
  ['VT inside', Buffer.concat([Buffer.from('\x0b'), oru('M9'), blocks(oru('M2'))]), 'AE M9', 'MLLP_FRAME_BROKEN'],
  [
    'FS without CR',
    Buffer.concat([Buffer.from('\x0b'), oru('M9'), Buffer.from('\x1cX')]),
    'AE M9',
    'MLLP_FRAME_BROKEN'
  ],
  ['a block past the limit', blocks(oru('M9', { body: '1'.repeat(5000) })), 'AE M9', 'MLLP_FRAME_TOO_LARGE']
])('%s: what came before is answered, the loss by code, then the connection ends', async (_, bytes, msa, code) => {
  await using server = await serve({ options: { maxFrameBytes: 4000 } })
  const neighbour = await connectPeer(server.address)
  const peer = await connectPeer(server.address)
  peer.socket.write(Buffer.concat([blocks(oru('M1')), bytes]))
  await peer.closed
  expect(peer.answers.map(msaOf)).toEqual(['AA M1', msa])
  expect(segmentsOf(peer.answers[1]!).find(([name]) => name === 'ERR')?.[5]).toBe(code)
  expect(server.refused.map(({ error }) => error.code)).toEqual([code])
  neighbour.socket.write(blocks(oru('N1')))
  expect((await neighbour.until(1)).map(msaOf)).toEqual(['AA N1'])
  neighbour.socket.destroy()
})

test('ends the connection of a peer that sends junk only', async () => {
  await using server = await serve()
  const peer = await connectPeer(server.address)
  peer.socket.write(Buffer.alloc(200 * 1024, 0x41))
  await peer.closed
  expect([peer.answers, server.accepted, server.refused]).toEqual([[], [], []])
})

test('a peer that hangs up in the middle of a block leaves nothing behind', async () => {
  await using server = await serve()
  for (let round = 0; round < 20; round++) {
    const peer = await connectPeer(server.address)
    await new Promise<void>((resolve) => peer.socket.write(STREAM.subarray(0, 100 + round * 7), () => resolve()))
    peer.socket.resetAndDestroy()
    await peer.closed
  }
  const peer = await connectPeer(server.address)
  peer.socket.write(blocks(oru('M1')))
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA M1'])
  peer.socket.destroy()
})

test('a peer that ends its side behind the last block still gets its answers', async () => {
  await using server = await serve({ accept: () => new Promise((resolve) => setImmediate(resolve)) })
  const peer = await connectPeer(server.address)
  peer.socket.end(STREAM)
  await peer.closed
  expect(peer.answers.map(msaOf)).toEqual(ANSWERS)
})

test('a peer that hangs up before its answer: the message is taken, nothing breaks', async () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let seen = (): void => undefined
  const arrived = new Promise<void>((resolve) => {
    seen = resolve
  })
  await using server = await serve({
    accept() {
      seen()
      return gate
    }
  })
  const peer = await connectPeer(server.address)
  peer.socket.write(blocks(oru('M1')))
  await arrived
  peer.socket.resetAndDestroy()
  await peer.closed
  open()
  expect(server.accepted.length).toBe(1)
})

test('a peer that never reads its answers is stopped at maxInFlight, and goes on when it reads', async () => {
  const intake = testIntake()
  // A socket whose kernel takes nothing: over a real one some 10 MB of buffers would have to be filled first.
  const held: (() => void)[] = []
  const socket = Object.assign(
    new Duplex({
      read: () => undefined,
      write: (_chunk, _encoding, done) => void held.push(() => done())
    }),
    { setNoDelay: () => undefined, setTimeout: () => undefined }
  )
  const deps = { now: () => new Date(0), nextControlId: () => 'A' }
  openConnection(socket as unknown as Socket, intake.context, readMllpOptions({ maxInFlight: 8 }), deps)
  for (let i = 0; i < 100; i++) socket.push(STREAM)
  await settle()
  expect([intake.accepted.length, socket.isPaused(), held.length]).toEqual([8, true, 1])
  while (intake.accepted.length < 2000) {
    held.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const ids = intake.accepted.map(({ correlation }) => correlation?.messageControlId)
  expect(ids).toEqual(Array.from({ length: 2000 }, (_, i) => `M${i % 20}`))
  socket.destroy()
})

/** Lets everything that is ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('closes idle connections, but none that waits for its answer', async () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  await using server = await serve({ options: { idleTimeoutMs: 60 }, accept: () => gate })
  const busy = await connectPeer(server.address)
  busy.socket.write(blocks(oru('M1')))
  const idle = await connectPeer(server.address)
  await idle.closed
  expect(busy.socket.closed).toBe(false)
  open()
  expect((await busy.until(1)).map(msaOf)).toEqual(['AA M1'])
  await busy.closed
})

test('cuts a block that drips past its time', async () => {
  await using server = await serve({ options: { frameTimeoutMs: 80 } })
  const peer = await connectPeer(server.address)
  const drip = setInterval(() => peer.socket.write('x'), 10)
  peer.socket.write('\x0bMSH|')
  await peer.closed
  clearInterval(drip)
  expect([peer.answers, server.accepted]).toEqual([[], []])
})

const pem = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

test('speaks TLS, and a peer without TLS disturbs nobody', async () => {
  const [cert, key] = [pem('test-only-cert.pem'), pem('test-only-key.pem')]
  await using server = await serve({ options: { tls: { cert, key } } })
  expect(server.address).toMatch(/^mllps:/)
  const plain = await connectPeer(server.address)
  plain.socket.write(blocks(oru('M0')))
  await plain.closed
  const socket = connectTls({ host: '127.0.0.1', port: Number(server.address.split(':')[2]), ca: cert })
  const peer = await connectPeer(server.address, socket)
  socket.write(STREAM)
  expect((await peer.until(20)).map(msaOf)).toEqual(ANSWERS)
  expect(server.accepted.length).toBe(20)
  socket.destroy()
})

test('with requestCert it takes only peers that show a certificate it knows', async () => {
  const [cert, key] = [pem('test-only-cert.pem'), pem('test-only-key.pem')]
  await using server = await serve({ options: { tls: { cert, key, ca: cert, requestCert: true } } })
  const options = { host: '127.0.0.1', port: Number(server.address.split(':')[2]), ca: cert }
  const stranger = await connectPeer(server.address, connectTls(options))
  stranger.socket.write(blocks(oru('M0')))
  await stranger.closed
  expect(stranger.answers).toEqual([])
  const known = await connectPeer(server.address, connectTls({ ...options, cert, key }))
  known.socket.write(blocks(oru('M1')))
  expect((await known.until(1)).map(msaOf)).toEqual(['AA M1'])
  known.socket.destroy()
})
