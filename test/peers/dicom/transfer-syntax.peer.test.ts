import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '../../../dicom/limits.ts'
import { sendInstances } from '../../../dicom/net/scu.ts'
import { readMeta } from '../../../dicom/read.ts'
import { sampleMr } from '../../../dicom/testing/samples.ts'
import { TRANSFER_SYNTAX } from '../../../dicom/uids.ts'
import { dataPath, haveData } from '../../support/data.ts'
import { freePort, run, startStorescp } from './support/dcmtk.ts'
import { cine } from './support/objects.ts'
import { startScp } from './support/scp.ts'

/** dcmtk sends every transfer syntax; what we keep is, byte for byte, what dcmtk's own provider was sent. */
let folder: string
let scp: Awaited<ReturnType<typeof startScp>>
let peer: Awaited<ReturnType<typeof startStorescp>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hb-syntax-'))
  writeFileSync(join(folder, 'mr.dcm'), cine(1)[0]!.bytes)
  // Lossy JPEG of dcmtk is for 8 bits a pixel.
  writeFileSync(join(folder, 'mr8.dcm'), cine(1, { bits: 8 })[0]!.bytes)
  ;[scp, peer] = await Promise.all([startScp({ aeTitle: 'STORE' }), startStorescp()])
})
afterAll(async () => {
  await scp.stop()
  peer.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  scp.taken.length = 0
  scp.refused.length = 0
  peer.take()
})

const send = (port: number, options: string[], file: string) =>
  run('storescu', ['-v', '-R', '-aet', 'DCMTK', '-aec', 'STORE', ...options, '127.0.0.1', String(port), file])
const partsOf = (file: Uint8Array) => {
  const { meta, dataSetStart } = readMeta(file, { limits: DEFAULT_LIMITS })
  return { syntax: meta.requiredText(0x00020010), dataSet: Buffer.from(file.subarray(dataSetStart)) }
}

async function isKeptAsSent(file: string, options: string[], syntax: string): Promise<void> {
  const ours = await send(scp.port, options, file)
  expect(ours.text).toContain('Received Store Response (Success)')
  expect((await send(peer.port, options, file)).status).toBe(0)
  const [reference] = peer.take()
  expect(scp.taken).toHaveLength(1)
  const kept = partsOf(scp.taken[0]!.bytes)
  expect(kept.syntax).toBe(syntax)
  expect(kept.dataSet.equals(partsOf(reference!).dataSet)).toBe(true)
  expect(scp.taken[0]!.correlation).toMatchObject({ transferSyntaxUid: syntax, callingAeTitle: 'DCMTK' })
}

describe('objects that dcmtk made', () => {
  test.each<[string, string, string[] | undefined, string]>([
    ['implicitLittle', '-xi', ['dcmconv', '+ti'], 'mr.dcm'],
    ['explicitLittle', '-xe', ['dcmconv', '+te'], 'mr.dcm'],
    ['explicitBig', '-xb', ['dcmconv', '+tb'], 'mr.dcm'],
    ['deflated', '-xd', ['dcmconv', '+td'], 'mr.dcm'],
    ['rle', '-xr', ['dcmcrle'], 'mr.dcm'],
    ['jpegLossless', '-xs', ['dcmcjpeg', '+e1'], 'mr.dcm'],
    ['jpegBaseline', '-xy', ['dcmcjpeg', '+eb'], 'mr8.dcm'],
    ['jpegLsLossless', '-xt', ['dcmcjpls', '+el'], 'mr.dcm'],
    ['jpegLsNearLossless', '-xu', ['dcmcjpls', '+en'], 'mr.dcm']
  ])('%s is kept bit for bit', async (name, option, tool, source) => {
    const file = join(folder, `${name}.dcm`)
    const [program, ...args] = tool!
    expect(await run(program!, [...args, join(folder, source), file])).toMatchObject({ status: 0 })
    await isKeptAsSent(file, [option], TRANSFER_SYNTAX[name as keyof typeof TRANSFER_SYNTAX])
  })
})

const withData = haveData ? describe : describe.skip
withData('objects of the data folder', () => {
  const OPTION: Record<string, string> = {
    [TRANSFER_SYNTAX.implicitLittle]: '-xi',
    [TRANSFER_SYNTAX.explicitLittle]: '-xe',
    [TRANSFER_SYNTAX.rle]: '-xr',
    [TRANSFER_SYNTAX.jpegLsLossless]: '-xt',
    [TRANSFER_SYNTAX.jpeg2000Lossless]: '-xv',
    [TRANSFER_SYNTAX.jpeg2000]: '-xw'
  }
  test.each([
    ['dicom/MR_small_implicit.dcm', 'implicitLittle'],
    ['ecg/formats/ecgtoolkit/Example.dcm', 'implicitLittle'],
    ['dicom/emri_small.dcm', 'explicitLittle'],
    ['dicom/MR_small_RLE.dcm', 'rle'],
    ['dicom/emri_small_RLE.dcm', 'rle'],
    ['dicom/MR_small_jpeg_ls_lossless.dcm', 'jpegLsLossless'],
    ['dicom/emri_small_jpeg_ls_lossless.dcm', 'jpegLsLossless'],
    ['dicom/MR_small_jp2klossless.dcm', 'jpeg2000Lossless'],
    ['dicom/emri_small_jpeg_2k_lossless.dcm', 'jpeg2000Lossless'],
    ['dicom/MR2_J2KI.dcm', 'jpeg2000']
  ] as const)('%s (%s) is kept bit for bit', async (path, name) => {
    const syntax = TRANSFER_SYNTAX[name]
    await isKeptAsSent(dataPath(...path.split('/')), [OPTION[syntax]!], syntax)
  })

  test.each([
    ['dicom/examples_ybr_color.dcm', '-xy'],
    ['dicom/OBXXXX1A_rle_2frame.dcm', '-xr']
  ])(
    '%s is of a class that no format reads: refused by its presentation context, for the abstract syntax',
    async (path, option) => {
      const { text, status } = await run('storescu', [
        '-d',
        '-R',
        '-aec',
        'STORE',
        option,
        '127.0.0.1',
        String(scp.port),
        dataPath(...path.split('/'))
      ])
      expect(status).not.toBe(0)
      expect(text).toMatch(/Abstract Syntax Not Supported/)
      expect(scp.taken).toEqual([])
    }
  )
})

describe('the association', () => {
  test('a transfer syntax that we do not take is refused for that reason, and the object is not sent', async () => {
    const port = String(scp.port)
    const { text, status } = await run('storescu', [
      '-d',
      '-R',
      '-aec',
      'STORE',
      '-xm',
      '127.0.0.1',
      port,
      join(folder, 'mr.dcm')
    ])
    expect(text).toMatch(/Transfer Syntaxes Not Supported/)
    expect([status === 0, scp.taken.length]).toEqual([false, 0])
  })

  test('a called AE title that is not ours is rejected', async () => {
    const { status, text } = await run('storescu', [
      '-v',
      '-aec',
      'NOBODY',
      '127.0.0.1',
      String(scp.port),
      join(folder, 'mr.dcm')
    ])
    expect(status).not.toBe(0)
    expect(text).toMatch(/Called AE Title Not Recognized/)
    expect(scp.refused).toEqual(['NOT_PERMITTED called-ae'])
  })

  test.each(['4096', '16384', '65536', '131072'])('PDUs of %s bytes both ways carry the same object', async (pdu) => {
    const file = dataPath('dicom', 'MR_small_implicit.dcm')
    await isKeptAsSent(
      haveData ? file : join(folder, 'mr.dcm'),
      ['-xi', '-pdu', pdu, '--max-send-pdu', pdu],
      TRANSFER_SYNTAX.implicitLittle
    )
  })

  test('an abort instead of a release leaves what was answered', async () => {
    const { text } = await send(scp.port, ['--abort', '-xe'], join(folder, 'mr.dcm'))
    expect(text).toContain('Received Store Response (Success)')
    expect(scp.taken).toHaveLength(1)
  })

  test('a sender killed in the middle of an object leaves nothing, and the next is served', async () => {
    const size = 2000
    const path = join(folder, 'large.dcm')
    writeFileSync(
      path,
      Buffer.from(sampleMr(0, 0, { rows: size, columns: size, pixels: new Uint16Array(size * size) }))
    )
    const before = scp.taken.length
    for (let round = 0; round < 5; round++) {
      const port = String(scp.port)
      const child = spawn('storescu', [
        '-aec',
        'STORE',
        '--max-send-pdu',
        '4096',
        '127.0.0.1',
        port,
        path,
        path,
        path,
        path
      ])
      while (scp.taken.length === before && scp.spooled().length === 0)
        await new Promise((resolve) => setImmediate(resolve))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      while (scp.spooled().length > 0) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const { bytes } of scp.taken) expect(bytes.length).toBeGreaterThan(2 * size * size)
    await isKeptAsSentAfter(join(folder, 'mr.dcm'))
  })

  async function isKeptAsSentAfter(file: string): Promise<void> {
    scp.taken.length = 0
    await isKeptAsSent(file, ['-xe'], TRANSFER_SYNTAX.explicitLittle)
  }
})

describe('our requester to storescp', () => {
  test('sends each transfer syntax as it is, and counts what was answered', async () => {
    const names = ['rle', 'jpegLossless', 'jpegLsLossless', 'explicitBig', 'deflated'] as const
    const files = names.map((name) => readFileSync(join(folder, `${name}.dcm`)))
    const to = { host: '127.0.0.1', port: peer.port, callingAeTitle: 'HISBUNDLE', calledAeTitle: 'STORE' }
    for (const [i, file] of files.entries()) {
      const results = await sendInstances(to, [file])
      expect(results.map(({ outcome, status, error }) => [names[i], outcome, status, error?.reason])).toEqual([
        [names[i], 'stored', 0, undefined]
      ])
      const [received] = peer.take()
      const { dataSet, syntax } = partsOf(file)
      // A deflated data set of odd length goes out with a NUL behind it (PS3.5 A.5).
      const sent = dataSet.length % 2 === 1 ? Buffer.concat([dataSet, Buffer.alloc(1)]) : dataSet
      expect([names[i], partsOf(received!).syntax]).toEqual([names[i], syntax])
      expect(partsOf(received!).dataSet.equals(sent)).toBe(true)
    }
  })

  test('fails every instance by code when the peer is not there', async () => {
    const to = { host: '127.0.0.1', port: await freePort(), callingAeTitle: 'A', calledAeTitle: 'B' }
    const results = await sendInstances(to, [sampleMr(), sampleMr(0, 1)])
    expect(results.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['failed', 'DESTINATION_UNREACHABLE'],
      ['failed', 'DESTINATION_UNREACHABLE']
    ])
  })
})
