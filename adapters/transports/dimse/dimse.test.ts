import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, Receipt, Transport } from '../../../core/transport.ts'
import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { echo, sendInstances } from '../../../dicom/net/scu.ts'
import { peekDicom } from '../../../dicom/peek.ts'
import { sampleEcg, sampleMr } from '../../../dicom/testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../../../dicom/uids.ts'
import dimse from './index.ts'

const receipt = (duplicate: Receipt['duplicate'] = 'none'): Receipt => ({
  envelopeId: 'E1',
  duplicate,
  settled: Promise.resolve({ state: 'recorded' }),
  reply: async () => undefined,
  keepReply() {}
})

let transport: Transport | undefined
const spoolDir = mkdtempSync(join(tmpdir(), 'hisbundle-dimse-'))
afterEach(() => transport?.stop())
afterAll(() => rmSync(spoolDir, { recursive: true }))

async function start(accept: (arrival: Arrival) => Promise<Receipt>, raw: Record<string, unknown> = {}) {
  const refused: string[] = []
  const hints: number[] = []
  transport = dimse.create({
    feed: 'modality',
    options: dimse.options({ port: 0, ...raw }),
    accept,
    refuse: (_arrival, error) => refused.push(error.code),
    receiving: () => void hints.push(performance.now()),
    log: silentLogger,
    spoolDir
  })
  const { address } = await transport.start()
  return { address, refused, hints, peer: { ...parseDicomAddress(address), callingAeTitle: 'CART' } }
}

describe('transport dimse', () => {
  test('says that an object is coming before it is whole, so that work that can wait makes room', async () => {
    let before = 0
    const { peer, hints } = await start(async () => {
      before = hints.length
      return receipt()
    })
    await echo(peer)
    expect(hints).toEqual([])
    await sendInstances(peer, [sampleMr(0, 0, { rows: 512, columns: 512, pixels: new Uint16Array(512 * 512) })])
    // The command, and each of at least four fragments of 512 KiB.
    expect(before).toBeGreaterThanOrEqual(5)
  })

  test('listens on the loopback and hands over whole files with what the wire said', async () => {
    const arrivals: Arrival[] = []
    const { address, peer } = await start(async (arrival) => {
      arrivals.push(arrival)
      return receipt()
    })
    expect(address).toMatch(/^dicom:\/\/127\.0\.0\.1:\d+\/HISBUNDLE$/)
    expect((await echo(peer)).status).toBe(0)
    expect((await sendInstances(peer, [sampleEcg()]))[0]!.status).toBe(0)
    expect(arrivals).toMatchObject([
      {
        family: 'dicom',
        mediaType: 'application/dicom',
        peer: 'CART',
        correlation: {
          sopClassUid: SOP_CLASS.twelveLeadEcg,
          sopInstanceUid: '2.25.3',
          transferSyntaxUid: TRANSFER_SYNTAX.explicitLittle,
          callingAeTitle: 'CART'
        }
      }
    ])
    expect(peekDicom(arrivals[0]!.bytes, {}).key).toBe('HOSP|T-100')
  })

  test('answers 0000 to the same object again', async () => {
    const { peer } = await start(async () => receipt('identical'))
    expect((await sendInstances(peer, [sampleMr(), sampleMr()])).map(({ status }) => status)).toEqual([0, 0])
  })

  test.each(['BUS_UNAVAILABLE', 'SHUTTING_DOWN', 'DICOM_SOP_CLASS', 'DECODE_FAILED'] as const)(
    'answers %s with the status of its row',
    async (code) => {
      const { peer, refused } = await start(async () => {
        throw new AppError(code)
      })
      expect((await sendInstances(peer, [sampleMr()]))[0]!.status).toBe(new AppError(code).row.dimse)
      expect(refused).toEqual([])
    }
  )

  test('tells of peers that it refuses', async () => {
    const { peer, refused } = await start(async () => receipt(), { allowedCallingAeTitles: ['MR1'] })
    await expect(echo(peer)).rejects.toEqual(expect.objectContaining({ code: 'DESTINATION_REFUSED' }))
    expect(refused).toEqual(['NOT_PERMITTED'])
  })

  test('stop lets an object on its way be answered', async () => {
    let arrived = (): void => {}
    let finish = (): void => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const durable = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { peer } = await start(async () => {
      arrived()
      await durable
      return receipt()
    })
    const sending = sendInstances(peer, [sampleMr()])
    await arrival
    const stopping = transport!.stop()
    finish()
    expect((await sending)[0]!.status).toBe(0)
    await stopping
    expect((await sendInstances(peer, [sampleMr()]))[0]!.error?.code).toBe('DESTINATION_UNREACHABLE')
    transport = undefined
  })

  test.each([
    ['port', { port: 70000 }],
    ['aeTitle', { aeTitle: 'AE\\TITLE' }],
    ['allowedCallingAeTitles', { allowedCallingAeTitles: 'X' }],
    ['sopClasses', { sopClasses: ['../..'] }],
    ['maxObjectBytes', { maxObjectBytes: -1 }],
    ['tls', { tls: 'yes' }],
    ['unknown-key', { prot: 11112 }]
  ])('refuses a wrong %s', (at, raw) => {
    expect(() => dimse.options(raw)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: `options.${at}` }))
  })
})
