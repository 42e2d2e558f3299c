import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { readPart10 } from '../read.ts'
import { encodeFile } from '../testing/encode.ts'
import { sampleEcg, sampleMr } from '../testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../uids.ts'
import { dataSetPdus } from './p-data.ts'
import { type DicomPeer, parseDicomAddress } from './peer.ts'
import { DicomScp } from './scp.ts'
import type { ReceivedObject, ScpOptions } from './scp-options.ts'
import { echo, sendInstances } from './scu.ts'

const OFFERED = [SOP_CLASS.twelveLeadEcg, SOP_CLASS.mrImage]

interface World {
  scp: DicomScp
  peer: DicomPeer
  received: ReceivedObject[]
  refused: string[]
  spoolDir: string
}

const open: { scp: DicomScp; spoolDir: string }[] = []

async function buildWorld(options: Partial<ScpOptions> = {}): Promise<World> {
  const received: ReceivedObject[] = []
  const refused: string[] = []
  const spoolDir = mkdtempSync(join(tmpdir(), 'hisbundle-dimse-'))
  const scp = new DicomScp({
    port: 0,
    aeTitle: 'HISBUNDLE',
    sopClasses: OFFERED,
    maxObjectBytes: 8 * 1024 * 1024,
    maxAssociations: 8,
    idleTimeoutMs: 5000,
    spoolDir,
    store: async (object) => {
      received.push(object)
    },
    refused: (error) => refused.push([error.code, error.reason].filter(Boolean).join(' ')),
    ...options
  })
  open.push({ scp, spoolDir })
  const { host, port } = await scp.start()
  return { scp, received, refused, spoolDir, peer: { host, port, callingAeTitle: 'CART', calledAeTitle: 'HISBUNDLE' } }
}

afterEach(async () => {
  for (const { scp, spoolDir } of open.splice(0)) {
    await scp.stop()
    expect(readdirSync(spoolDir)).toEqual([])
    rmSync(spoolDir, { recursive: true })
  }
})

/** Sends bytes on a bare socket and gives what came back before the peer closed. */
function talk({ host, port }: DicomPeer, bytes: Uint8Array, { hangUp = false } = {}): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port }, () => {
      socket.write(bytes)
      if (hangUp) socket.destroy()
    })
    socket.on('data', (data) => chunks.push(data))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
}

/** The bytes that a requester sends to store one object, caught by a tap between it and the provider. */
async function record(peer: DicomPeer, file: Uint8Array): Promise<Buffer> {
  const sent: Buffer[] = []
  const tap: Server = createServer((client: Socket) => {
    const upstream = connect({ host: peer.host, port: peer.port })
    client.on('data', (data) => sent.push(data))
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve))
  const address = tap.address() as { port: number }
  await sendInstances({ ...peer, port: address.port }, [file])
  await new Promise((resolve) => tap.close(resolve))
  return Buffer.concat(sent)
}

const ABORT = Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 2])

describe('DICOM over sockets', () => {
  test('answers C-ECHO with 0000', async () => {
    const { peer } = await buildWorld()
    expect((await echo(peer)).status).toBe(0)
  })

  test('stores the very data set bytes in a file of our own, and says so only after the store did', async () => {
    const stored: string[] = []
    let finish = (): void => {}
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { peer } = await buildWorld({
      store: async (object) => {
        stored.push(object.sopInstanceUid)
        expect(Buffer.from(readPart10(object.file).dataSetBytes)).toEqual(Buffer.from(readPart10(ecg).dataSetBytes))
        expect(object.callingAeTitle).toBe('CART')
        await gate
      }
    })
    const ecg = sampleEcg(5000)
    let isAnswered = false
    const sending = sendInstances(peer, [ecg]).then((results) => {
      isAnswered = true
      return results
    })
    // An echo on another association makes a whole round trip meanwhile.
    while (stored.length === 0) await echo(peer)
    await echo(peer)
    expect(isAnswered).toBe(false)
    finish()
    expect(await sending).toEqual([{ index: 0, sopInstanceUid: '2.25.3', status: 0, outcome: 'stored' }])
  })

  test('gives every instance its own result over several associations', async () => {
    const { peer, received, refused } = await buildWorld({
      store: async (object) => {
        if (object.sopInstanceUid.endsWith('.3')) throw new AppError('BUS_UNAVAILABLE')
        if (object.sopInstanceUid.endsWith('.4')) throw new AppError('CONTENT_CHANGED')
        received.push(object)
      }
    })
    const files = [0, 1, 2, 3, 4].map((phase) => sampleMr(0, phase))
    const unoffered = encodeFile(
      [
        [0x00080016, 'UI', SOP_CLASS.generalEcg],
        [0x00080018, 'UI', '1.9']
      ],
      TRANSFER_SYNTAX.implicitLittle
    )
    const results = await sendInstances(peer, [...files, unoffered, Uint8Array.of(1, 2, 3)], { associations: 2 })
    expect(results.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['stored', 0],
      ['stored', 0],
      ['refused', 0xa700],
      ['refused', new AppError('CONTENT_CHANGED').row.dimse],
      ['stored', 0],
      ['refused', undefined],
      ['failed', undefined]
    ])
    expect(results.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      'DESTINATION_UNREACHABLE',
      'DESTINATION_REFUSED',
      undefined,
      'DICOM_SOP_CLASS',
      'DICOM_NOT_PART10'
    ])
    expect(received).toHaveLength(3)
    // What the intake refused is the intake's to count.
    expect(refused).toEqual([])
  })

  test('refuses AE titles that are not allowed', async () => {
    const { peer, refused, received } = await buildWorld({ allowedCallingAeTitles: ['OTHER'] })
    const rejected = expect.objectContaining({ code: 'DESTINATION_REFUSED' })
    await expect(echo(peer)).rejects.toEqual(rejected)
    await expect(echo({ ...peer, callingAeTitle: 'OTHER', calledAeTitle: 'ELSE' })).rejects.toEqual(rejected)
    expect((await sendInstances(peer, [sampleMr()]))[0]).toMatchObject({ outcome: 'failed' })
    expect(refused).toEqual(['NOT_PERMITTED calling-ae', 'NOT_PERMITTED called-ae', 'NOT_PERMITTED calling-ae'])
    expect(received).toEqual([])
    expect((await echo({ ...peer, callingAeTitle: 'OTHER' })).status).toBe(0)
  })

  test('answers A700 to an object over the cap, keeps no file of it, and takes the next', async () => {
    const { peer, received, refused } = await buildWorld({ maxObjectBytes: 3_000_000 })
    const big = { rows: 1500, columns: 1500, pixels: new Uint16Array(2_250_000) }
    const spooled = { rows: 1000, columns: 1000, pixels: new Uint16Array(1_000_000).fill(7) }
    const results = await sendInstances(peer, [sampleMr(0, 0, big), sampleMr(0, 1, spooled)])
    expect(results.map(({ status }) => status)).toEqual([0xa700, 0])
    expect(refused).toEqual(['MESSAGE_TOO_LARGE'])
    expect(Buffer.from(received[0]!.file).equals(Buffer.from(sampleMr(0, 1, spooled)))).toBe(true)
  })

  test('refuses an object that is not the one its command names, and UIDs that are paths', async () => {
    const { peer, received, refused } = await buildWorld()
    const named = (uid: string, inside: string): Uint8Array => {
      const rows = encodeFile(
        [
          [0x00080016, 'UI', SOP_CLASS.mrImage],
          [0x00080018, 'UI', inside]
        ],
        TRANSFER_SYNTAX.explicitLittle
      )
      const other = encodeFile(
        [
          [0x00080016, 'UI', SOP_CLASS.mrImage],
          [0x00080018, 'UI', uid]
        ],
        TRANSFER_SYNTAX.explicitLittle
      )
      const head = other.subarray(0, other.length - readPart10(other).dataSetBytes.length)
      return Buffer.concat([head, readPart10(rows).dataSetBytes])
    }
    const results = await sendInstances(peer, [named('1.2.3', '1.2.4'), named('1.2.3', '../../../tmp/x')])
    expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'refused'])
    expect(refused).toEqual(['DICOM_ATTRIBUTE_VALUE mismatch', 'DICOM_ATTRIBUTE_VALUE mismatch'])
    expect(received).toEqual([])
  })

  test('takes no more associations than allowed', async () => {
    const { peer } = await buildWorld({ maxAssociations: 1 })
    const recorded = await record(peer, sampleMr())
    const request = recorded.subarray(0, 6 + recorded.readUInt32BE(2))
    const holder = connect({ host: peer.host, port: peer.port }, () => holder.write(request))
    await new Promise((resolve) => holder.once('data', resolve))
    await expect(echo(peer)).rejects.toEqual(expect.objectContaining({ code: 'DESTINATION_UNREACHABLE' }))
    holder.destroy()
  })

  test.each([
    ['junk', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'DECODE_FAILED type'],
    ['data before an association', Buffer.from([4, 0, 0, 0, 0, 2, 0, 0]), 'DECODE_FAILED type'],
    ['a PDU that claims 4 GB', Buffer.from([1, 0, 0xff, 0xff, 0xff, 0xff]), 'DICOM_LIMIT pdu-length']
  ])('aborts on %s', async (_name, bytes, why) => {
    const { peer, refused } = await buildWorld()
    expect((await talk(peer, bytes)).subarray(0, 9)).toEqual(ABORT)
    expect(refused).toEqual([why])
    expect((await echo(peer)).status).toBe(0)
  })

  test('aborts a connection that stays silent and one that trickles its request', async () => {
    const { peer } = await buildWorld({ idleTimeoutMs: 60 })
    expect((await talk(peer, Buffer.alloc(0))).subarray(0, 9)).toEqual(ABORT)
    expect((await talk(peer, Buffer.from([1, 0, 0]))).subarray(0, 9)).toEqual(ABORT)
  })

  test('takes the same bytes one at a time as at once', async () => {
    const { peer, received } = await buildWorld()
    const recorded = await record(peer, sampleMr())
    await new Promise<void>((resolve) => {
      const socket = connect({ host: peer.host, port: peer.port, noDelay: true }, () => {
        for (const byte of recorded) socket.write(Buffer.of(byte))
      })
      socket.resume().on('close', () => resolve())
    })
    expect(received).toHaveLength(2)
    expect(received[1]!.file).toEqual(received[0]!.file)
  })

  test('leaves nothing behind when the peer hangs up in the middle', async () => {
    const { peer, received, scp } = await buildWorld()
    const spooled = sampleMr(0, 1, { rows: 1000, columns: 1000, pixels: new Uint16Array(1_000_000) })
    const recorded = await record(peer, spooled)
    for (const share of [0.2, 0.6, 0.9])
      await talk(peer, recorded.subarray(0, Math.floor(recorded.length * share)), { hangUp: true })
    await echo(peer)
    expect(received).toHaveLength(1)
    while (scp.size > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  test('survives 400 fuzzed associations with bounded memory and still serves (seed 5)', async () => {
    const { peer, received, scp } = await buildWorld({ idleTimeoutMs: 100, maxAssociations: 20 })
    const recorded = await record(peer, sampleEcg(2000))
    let seed = 5
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return Math.floor((seed / 2147483648) * below)
    }
    const fuzzOne = (): Promise<Buffer> => {
      const bytes = Buffer.from(recorded)
      // Half of the flips fall into the headers and the command set, where they matter most.
      for (let flips = 0; flips <= random(6); flips++)
        bytes[random(2) === 0 ? random(600) : random(bytes.length)] = random(256)
      return talk(peer, bytes.subarray(0, 1 + random(bytes.length)), { hangUp: random(4) === 0 })
    }
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 16 }, fuzzOne))
    const before = process.memoryUsage().rss
    for (let round = 0; round < 22; round++) await Promise.all(Array.from({ length: 16 }, fuzzOne))
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
    expect((await echo(peer)).status).toBe(0)
    const good = received.length
    expect((await sendInstances(peer, [sampleEcg(2000)]))[0]!.status).toBe(0)
    expect(received).toHaveLength(good + 1)
    while (scp.size > 0) await new Promise((resolve) => setImmediate(resolve))
  }, 60_000)

  test('fails every instance by code when nobody answers, the peer is silent, or it answers nonsense', async () => {
    const silent = createServer()
    const rude = createServer((socket) => socket.end('HTTP/1.1 400\r\n'))
    const sockets = new Set<Socket>()
    for (const server of [silent, rude]) server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
    const portOf = (server: Server): Promise<number> =>
      new Promise((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
      )
    const peer = { host: '127.0.0.1', callingAeTitle: 'A', calledAeTitle: 'B' }
    const [silentPort, rudePort] = [await portOf(silent), await portOf(rude)]
    const attempt = async (port: number) =>
      (await sendInstances({ ...peer, port }, [sampleMr(), sampleMr(0, 1)], { timeoutMs: 80 })).map(
        ({ outcome, error }) => [outcome, error?.code]
      )
    const failed = [
      ['failed', 'DESTINATION_UNREACHABLE'],
      ['failed', 'DESTINATION_UNREACHABLE']
    ]
    expect(await attempt(silentPort)).toEqual(failed)
    expect(await attempt(rudePort)).toEqual(failed)
    for (const socket of sockets) socket.destroy()
    await Promise.all([silent, rude].map((server) => new Promise((resolve) => server.close(resolve))))
    expect(await attempt(silentPort)).toEqual(failed)
  })

  test('takes an answer to another message for no answer', async () => {
    const { peer, received } = await buildWorld()
    const shifted = createServer((client) => {
      const upstream = connect({ host: peer.host, port: peer.port })
      client.pipe(upstream)
      // Message ID Being Responded To of the C-STORE response: (0000,0120) US.
      const element = Buffer.from('0000200102000000', 'hex')
      upstream.on('data', (data) => {
        const at = data.indexOf(element)
        if (at >= 0) data.writeUInt16LE(data.readUInt16LE(at + 8) + 1, at + 8)
        client.write(data)
      })
      client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
      upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
    })
    await new Promise<void>((resolve) => shifted.listen(0, '127.0.0.1', resolve))
    const { port } = shifted.address() as { port: number }
    const results = await sendInstances({ ...peer, port }, [sampleMr(0, 0), sampleMr(0, 1)])
    expect(results.map(({ outcome, error }) => [outcome, error?.code, error?.reason])).toEqual([
      ['failed', 'DESTINATION_UNREACHABLE', 'protocol'],
      ['failed', 'DESTINATION_UNREACHABLE', 'protocol']
    ])
    expect(received).toHaveLength(1)
    await new Promise((resolve) => shifted.close(resolve))
  })

  test.each([1024, 1025, 16_384])('sends fragments of even length to a peer that takes PDUs of %s bytes', (maxBody) => {
    const pieces = [...dataSetPdus(Buffer.alloc(20_001, 7), 5, maxBody)]
    const bytes = Buffer.concat(pieces)
    let total = 0
    for (let at = 0; at < bytes.length; ) {
      const [pdu, pdv] = [bytes.readUInt32BE(at + 2), bytes.readUInt32BE(at + 6)]
      expect(pdu).toBeLessThanOrEqual(maxBody)
      expect([pdu - pdv, pdv % 2]).toEqual([4, 0])
      total += pdv - 2
      at += 6 + pdu
      expect(bytes[at - pdu + 5]! & 2).toBe(at === bytes.length ? 2 : 0)
    }
    expect(total).toBe(20_002)
  })

  test('aborts on a C-STORE under a presentation context that was never proposed', async () => {
    const { peer, received, refused } = await buildWorld()
    const recorded = await record(peer, sampleMr())
    const associate = 6 + recorded.readUInt32BE(2)
    recorded[associate + 10] = 77
    expect((await talk(peer, recorded)).subarray(-10, -1)).toEqual(ABORT)
    expect(refused).toEqual(['DECODE_FAILED context'])
    expect(received).toHaveLength(1)
  })

  test('reads addresses and refuses what is none', () => {
    expect(parseDicomAddress('dicom://CART@10.0.0.5:11112/HISBUNDLE')).toEqual({
      host: '10.0.0.5',
      port: 11112,
      callingAeTitle: 'CART',
      calledAeTitle: 'HISBUNDLE'
    })
    for (const bad of ['http://x/y', 'dicom://', 'dicom://A@h/TOO_LONG_AN_AE_TITLE', 'nonsense']) {
      expect(() => parseDicomAddress(bad)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })
})
