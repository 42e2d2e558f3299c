import { readFileSync } from 'node:fs'
import { DEFAULT_LIMITS } from '../../../dicom/limits.ts'
import { echo, sendInstances } from '../../../dicom/net/scu.ts'
import { readMeta } from '../../../dicom/read.ts'
import { settledStory } from '../../real/stories.ts'
import { dataPath, haveData } from '../../support/data.ts'
import { buildWorld, type World } from '../../support/world.ts'
import { cine, ecg } from '../dicom/support/objects.ts'
import { startScp } from '../dicom/support/scp.ts'
import { contentOf } from './support/content.ts'
import { startOrthanc } from './support/orthanc.ts'

/** Orthanc as a PACS on both ends of our wire: what it sends us is recorded, what we send it is kept as sent. */
const pem = (name: string): string =>
  readFileSync(new URL(`../../../adapters/transports/mllp/fixtures/test-only-${name}.pem`, import.meta.url), 'utf8')

describe('Orthanc sends to us', () => {
  let world: World
  let orthanc: Awaited<ReturnType<typeof startOrthanc>>
  beforeAll(async () => {
    world = await buildWorld({ mode: 'off' })
    orthanc = await startOrthanc({
      modalities: { hb: Number(new URL(world.address('dicom').replace('dicom', 'http')).port) }
    })
  })
  afterAll(async () => {
    await orthanc.stop()
    await world.stop()
  })

  test('C-ECHO', async () => {
    expect((await orthanc.rest('/modalities/hb/echo', '{}')).status).toBe(200)
  })

  test('an ECG is recorded', async () => {
    const { uid, bytes } = ecg()
    const { status, json } = await orthanc.store('hb', [await orthanc.upload(bytes)])
    expect([status, json.FailedInstancesCount]).toEqual([200, 0])
    expect((await settledStory(world, uid)).state).toBe('recorded')
  })

  test('a cine series arrives over one association and the study holds its frames in order', async () => {
    const frames = cine(6)
    const ids = await Promise.all(frames.map(({ bytes }) => orthanc.upload(bytes)))
    expect((await orthanc.store('hb', ids.reverse())).json.FailedInstancesCount).toBe(0)
    const study = await world.until('six frames', async () => {
      const studies = await world.search<{ numberOfInstances: number; series: { instance: { uid: string }[] }[] }>(
        'ImagingStudy?_count=10'
      )
      return studies.find(({ numberOfInstances }) => numberOfInstances === 6)
    })
    expect(study.series[0]!.instance.map(({ uid }) => uid)).toEqual(frames.map(({ uid }) => uid))
  })

  test('the same object again is taken and changes nothing', async () => {
    const { uid, bytes } = ecg()
    const id = await orthanc.upload(bytes)
    for (let round = 0; round < 3; round++) expect((await orthanc.store('hb', [id])).json.FailedInstancesCount).toBe(0)
    expect((await settledStory(world, uid)).state).toBe('recorded')
    expect(world.app.pipeline.counters.duplicates).toBe(2)
  })
})

const withData = haveData ? describe : describe.skip
withData('what Orthanc keeps compressed it sends as it is', () => {
  test.each(['MR_small_RLE', 'MR_small_jpeg_ls_lossless', 'MR_small_jp2klossless', 'MR2_J2KI'])('%s', async (name) => {
    const scp = await startScp()
    const orthanc = await startOrthanc({ modalities: { hb: scp.port } })
    try {
      const bytes = readFileSync(dataPath('dicom', `${name}.dcm`))
      const { json } = await orthanc.store('hb', [await orthanc.upload(bytes)])
      expect(json.FailedInstancesCount).toBe(0)
      expect(scp.taken).toHaveLength(1)
      const syntax = (file: Uint8Array) => readMeta(file, { limits: DEFAULT_LIMITS }).meta.text(0x00020010)
      expect(syntax(scp.taken[0]!.bytes)).toBe(syntax(bytes))
    } finally {
      await orthanc.stop()
      await scp.stop()
    }
  })
})

describe('we send to Orthanc', () => {
  let orthanc: Awaited<ReturnType<typeof startOrthanc>>
  beforeAll(async () => {
    orthanc = await startOrthanc()
  })
  afterAll(() => orthanc.stop())
  const peer = () => ({
    host: '127.0.0.1',
    port: orthanc.dicomPort,
    callingAeTitle: 'HISBUNDLE',
    calledAeTitle: 'ORTHANC'
  })

  test('C-ECHO, ECG and images: every element is kept, also over several associations', async () => {
    expect((await echo(peer())).status).toBe(0)
    const sent = [ecg(), ...cine(4)]
    const results = await sendInstances(
      peer(),
      sent.map(({ bytes }) => bytes),
      { associations: 2 }
    )
    expect(results.map(({ outcome, status }) => [outcome, status])).toEqual(sent.map(() => ['stored', 0]))
    const kept = await Promise.all((await orthanc.instances()).map((id) => orthanc.file(id)))
    expect(kept).toHaveLength(sent.length)
    const byUid = new Map(kept.map(contentOf).map((content) => [String(content['00080018']), content]))
    for (const { bytes } of sent) expect(byUid.get(String(contentOf(bytes)['00080018']))).toEqual(contentOf(bytes))
  })

  test('an AE title that is not its own is rejected, and every instance says so', async () => {
    const [result] = await sendInstances({ ...peer(), calledAeTitle: 'NOBODY' }, [ecg().bytes])
    expect([result?.outcome, result?.error?.code]).toEqual(['failed', 'DESTINATION_REFUSED'])
  })

  test('Orthanc killed in the middle: what it had not answered is no success', async () => {
    const doomed = await startOrthanc()
    const objects = Array.from({ length: 40 }, () => ecg().bytes)
    const to = { ...peer(), port: doomed.dicomPort }
    const sending = sendInstances(to, objects, { timeoutMs: 5000 })
    const deadline = performance.now() + 10_000
    while (performance.now() < deadline && (await doomed.instances()).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await doomed.stop()
    const results = await sending
    const stored = results.filter(({ outcome }) => outcome === 'stored').length
    expect(results).toHaveLength(40)
    expect(stored).toBeLessThan(40)
    for (const { outcome, status, error } of results.slice(stored)) {
      expect([outcome, status, error?.code]).toEqual(['failed', undefined, 'DESTINATION_UNREACHABLE'])
    }
  })
})

describe('TLS both ways', () => {
  test('Orthanc sends to us and we to Orthanc with a certificate on each side', async () => {
    const tls = { key: pem('key'), cert: pem('cert'), ca: pem('cert') }
    const scp = await startScp({ tls: { ...tls, requestCert: true } })
    const orthanc = await startOrthanc({
      modalities: { hb: scp.port },
      tls: { key: tls.key, cert: tls.cert, trusted: tls.cert }
    })
    try {
      const { bytes } = ecg()
      const { json } = await orthanc.store('hb', [await orthanc.upload(bytes)])
      expect(json.FailedInstancesCount).toBe(0)
      expect(contentOf(scp.taken[0]!.bytes)).toEqual(contentOf(bytes))

      const peer = { host: '127.0.0.1', port: orthanc.dicomPort, callingAeTitle: 'HISBUNDLE', calledAeTitle: 'ORTHANC' }
      const back = ecg()
      const secure = await sendInstances({ ...peer, tls: { ...tls, checkServerIdentity: () => undefined } }, [
        back.bytes
      ])
      expect(secure.map(({ outcome, status }) => [outcome, status])).toEqual([['stored', 0]])
      const [plain] = await sendInstances(peer, [back.bytes], { timeoutMs: 2000 })
      expect(plain?.outcome).toBe('failed')
      const [stranger] = await sendInstances(
        { ...peer, tls: { ca: tls.ca, checkServerIdentity: () => undefined } },
        [back.bytes],
        {
          timeoutMs: 2000
        }
      )
      expect(stranger?.outcome).toBe('failed')
    } finally {
      await orthanc.stop()
      await scp.stop()
    }
  })
})
