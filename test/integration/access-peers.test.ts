import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { encodeFrame } from '../../adapters/transports/mllp/framer.ts'
import { echo } from '../../dicom/net/scu.ts'
import { buildWorld, type World } from '../support/world.ts'
import { potassium } from './support/hospital.ts'
import { listeningAddresses } from './support/listening.ts'
import { rawRequest } from './support/raw-http.ts'

/** Who may send to a feed: address, client certificate, AE title; and where the server listens (hardening A3-35b). */
const pem = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures/tls', `${name}.pem`), 'utf8')
const tls = { cert: pem('server'), key: pem('server-key'), ca: pem('ca') }
const logged: string[] = []
let world: World
/** What the suites before this one left open in the same process is not this server's. */
const before = new Set(listeningAddresses())
const feed = (name: string, transport: string, options: object, peers?: object) => ({
  name,
  transport,
  options: { port: 0, ...options },
  ...(peers ? { peers } : {}),
  defaultAuthority: 'HOSP'
})
beforeAll(async () => {
  world = await buildWorld({
    mode: 'off',
    logStream: { write: (line) => void logged.push(line) },
    config: {
      feeds: [
        feed('plain', 'mllp', {}),
        feed('ward', 'mllp', {}, { addresses: ['127.3.0.0/24', '2001:db8::/32'] }),
        feed('carts', 'mllp', { tls }, { clientCertificates: ['cart-7'] }),
        feed(
          'mr',
          'dimse',
          {},
          {
            addresses: ['127.3.0.0/24', '127.0.0.0/24'],
            callingAeTitles: ['CT1', { title: 'MR1', addresses: ['127.3.0.7'] }]
          }
        ),
        feed('mr-tls', 'dimse', { tls }, { clientCertificates: ['DNS:cart-7.example'] }),
        feed('files', 'http-drop', {})
      ]
    }
  })
})
afterAll(() => world?.stop())

const portOf = (name: string): number => Number(/:(\d+)(?:\/|$)/.exec(world.address(name))![1])
const refusals = async (name: string): Promise<number> => {
  const { body } = await rawRequest(world.http, { method: 'GET', path: '/metrics' })
  const lines = body.split('\n').filter((line) => /^hisbundle_access_refused/.test(line) && line.includes(name))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
let n = 0
const message = (): Uint8Array => {
  n++
  const at = new Date('2026-05-01T08:00:00Z')
  return encodeFrame(
    potassium({ controlId: `PEER${n}`, at, filler: `FP${n}`, value: '4.1', collectedAt: at, mrn: 'P1' })
  )
}

interface Sender {
  from?: string
  certificate?: string
  bytes?: Uint8Array
}
/** What a peer hears before the connection ends or has heard enough: '' is nothing at all. */
function talk(name: string, { from, certificate, bytes = message() }: Sender, secure = false): Promise<string> {
  const where = { host: '127.0.0.1', port: portOf(name), ...(from ? { localAddress: from } : {}) }
  const own = certificate ? { cert: pem(certificate), key: pem(`${certificate}-key`) } : {}
  return new Promise((resolve) => {
    const socket = secure ? connectTls({ ...where, ca: pem('ca'), ...own }) : connect(where)
    let heard = ''
    socket.on('data', (data: Buffer) => {
      heard += data.toString('latin1')
      if (/MSA\|..\|/.test(heard) || heard.charCodeAt(0) <= 3) socket.destroy()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(heard))
    socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(bytes))
  })
}

test('by default nothing listens beyond loopback', () => {
  const addresses = listeningAddresses().filter((address) => !before.has(address))
  expect(addresses).toHaveLength(7)
  expect(addresses.filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([])
})

test('the list of sockets sees one that does listen everywhere', async () => {
  const open = createServer()
  await new Promise<void>((resolve) => open.listen(0, '0.0.0.0', () => resolve()))
  expect(listeningAddresses().filter((address) => !address.startsWith('127.0.0.1:'))).toHaveLength(1)
  await new Promise((resolve) => open.close(resolve))
})

test('a feed takes messages from its addresses, and hears not a byte of others', async () => {
  expect(await talk('ward', { from: '127.3.0.7' })).toMatch(/MSA\|AA\|PEER/)
  const before = await refusals('mllp')
  const lines = logged.length
  for (const bytes of [message(), Buffer.alloc(70_000, 'junk')])
    expect(await talk('ward', { from: '127.0.0.1', bytes })).toBe('')
  expect(await talk('ward', { from: '127.3.1.1' })).toBe('')
  expect(await refusals('mllp')).toBe(before + 3)
  const said = logged.slice(lines).filter((line) => !line.includes('"level":20'))
  expect(said.map((line) => JSON.parse(line))).toMatchObject([
    { feed: 'ward', code: 'NOT_PERMITTED', reason: 'address' }
  ])
  expect(said.join('')).not.toMatch(/PEER|127\./)
  expect(await talk('plain', {})).toMatch(/MSA\|AA\|/)
})

test('a feed with client certificates takes those it names, though the same authority signed another', async () => {
  const before = await refusals('mllp')
  expect(await talk('carts', {}, true)).toBe('')
  expect(await talk('carts', { certificate: 'other' }, true)).toBe('')
  expect(await talk('carts', {})).toBe('')
  expect(await talk('carts', { certificate: 'cart' }, true)).toMatch(/MSA\|AA\|/)
  expect(await refusals('mllp')).toBeGreaterThanOrEqual(before + 2)
})

/** A-ASSOCIATE-RQ (PS3.8 9.3.2) for Verification; without a user information item, which a refusal needs no more than a name. */
function associate(calling: string, called = 'HISBUNDLE'): Buffer {
  const item = (type: number, body: Buffer): Buffer => {
    const head = Buffer.from([type, 0, 0, 0])
    head.writeUInt16BE(body.length, 2)
    return Buffer.concat([head, body])
  }
  const uid = (type: number, text: string) => item(type, Buffer.from(text))
  const context = Buffer.concat([
    Buffer.from([1, 0, 0, 0]),
    uid(0x30, '1.2.840.10008.1.1'),
    uid(0x40, '1.2.840.10008.1.2')
  ])
  const maximum = Buffer.from([0x51, 0, 0, 4, 0, 0, 0x40, 0])
  const body = Buffer.concat([
    Buffer.from([0, 1, 0, 0]),
    Buffer.from(called.padEnd(16) + calling.padEnd(16)),
    Buffer.alloc(32),
    uid(0x10, '1.2.840.10008.3.1.1.1'),
    item(0x20, context),
    item(0x50, maximum)
  ])
  const head = Buffer.from([1, 0, 0, 0, 0, 0])
  head.writeUInt32BE(body.length, 2)
  return Buffer.concat([head, body])
}
/** A-ASSOCIATE-RJ: result 1 permanent, source 1 service user, reason 3 calling AE title not recognised. */
const REJECTED = '\x03\x00\x00\x00\x00\x04\x00\x01\x01\x03'

test("an association is taken from the pair of AE title and address, and else refused with the standard's reason", async () => {
  const call = (title: string, from: string) => talk('mr', { from, bytes: associate(title) })
  const before = await refusals('dimse')
  expect((await call('CT1', '127.3.0.9')).charCodeAt(0)).toBe(2)
  expect((await call('MR1', '127.3.0.7')).charCodeAt(0)).toBe(2)
  expect(await call('MR1', '127.3.0.8')).toBe(REJECTED)
  expect(await call('CANARYAE', '127.3.0.7')).toBe(REJECTED)
  expect(await call('CT1', '127.4.0.1')).toBe('')
  expect(await refusals('dimse')).toBe(before + 3)
  expect(logged.join('')).not.toMatch(/CANARYAE/)
  const { messages } = await world.admin<{ messages: unknown[] }>('/admin/messages')
  expect(JSON.stringify(messages)).not.toMatch(/CANARYAE/)
})

test('DICOM over TLS asks for a certificate that the feed names', async () => {
  const peer = { host: '127.0.0.1', port: portOf('mr-tls'), callingAeTitle: 'MR1', calledAeTitle: 'HISBUNDLE' }
  const shown = (name?: string) => ({
    ...peer,
    tls: { ca: pem('ca'), ...(name ? { cert: pem(name), key: pem(`${name}-key`) } : {}) }
  })
  expect((await echo(shown('cart'))).status).toBe(0)
  for (const name of ['other', undefined])
    await expect(echo(shown(name), { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'DESTINATION_UNREACHABLE' })
})

test('the drop with a port of its own is for programs of this machine, not for pages of other sites', async () => {
  const base = `http://127.0.0.1:${portOf('files')}`
  const post = (headers: Record<string, string>) =>
    rawRequest(base, { method: 'POST', path: '/inbound', body: '{}', headers: { Connection: 'close', ...headers } })
  const bad: Record<string, string>[] = [
    { Origin: 'https://evil.example' },
    { Host: 'rebound.example' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'null' }
  ]
  for (const headers of bad) expect([headers, (await post(headers)).status]).toEqual([headers, 403])
  expect((await post({})).status).not.toBe(403)
})

test('without authentication the server is for programs of this machine too, sockets included', async () => {
  const websocket = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='
  }
  const get = async (path: string, headers: Record<string, string>) =>
    (await rawRequest(world.http, { method: 'GET', path, headers })).status
  for (const headers of [{ Origin: 'https://evil.example' }, { Host: 'rebound.example' }] as Record<string, string>[]) {
    expect(await get('/admin/messages', headers)).toBe(403)
    expect(await get('/fhir/R4/ws', { ...websocket, ...headers })).toBe(403)
  }
  expect(await get('/admin/messages', {})).toBe(200)
  expect(await get('/fhir/R4/ws', websocket)).toBe(101)
  expect(await get('/fhir/R4/other', websocket)).toBe(404)
})

test.each([
  [
    'a rule that the transport cannot ask',
    feed('x', 'mllp', {}, { callingAeTitles: ['MR1'] }),
    'feeds[0].peers.callingAeTitles'
  ],
  ['peers of the mounted drop', feed('x', 'http-drop', {}, { addresses: ['10.0.0.1'] }), 'feeds[0].peers.addresses'],
  ['client certificates without TLS', feed('x', 'mllp', {}, { clientCertificates: ['cart-7'] }), 'mllp.tls'],
  ['client certificates without TLS', feed('x', 'dimse', {}, { clientCertificates: ['cart-7'] }), 'options.tls'],
  [
    'certificates of any authority',
    feed('x', 'mllp', { tls: { ...tls, ca: undefined, requestCert: true } }),
    'mllp.tls.ca'
  ],
  [
    'certificates that nobody verifies',
    feed('x', 'dimse', { tls: { ...tls, rejectUnauthorized: false } }),
    'options.tls'
  ],
  ['a drop beyond loopback', feed('x', 'http-drop', { host: '0.0.0.0' }, { addresses: ['10.0.0.1'] }), 'http-drop.host']
])('%s is refused at start', async (_what, one, at) => {
  await expect(buildWorld({ mode: 'off', config: { feeds: [one] } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    at
  })
})
