import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentReference, ImagingStudy } from '@medplum/fhirtypes'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { loadConfig } from '../../server/config/load.ts'
import { demoDay } from '../../server/demo/day.ts'
import type { RetentionReport } from '../../server/operations/retention.ts'
import { buildWorld, type World } from '../support/world.ts'
import { admission, ecgMessage, minutes, potassium } from './support/hospital.ts'
import { sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'

/** What is forgotten, and above all what is not: blobs are collected only when nothing names them (design section 4). */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const person = { mrn: 'R1', family: 'Sim', birthDate: '19500301', sex: 'F', at: now }
/** Above 256 KiB: the body lies in the blob store and the bus names it. */
const LONG = 'x'.repeat(300 * 1024)
let world: World
let parkedId: string

beforeAll(async () => {
  world = await buildWorld({ mode: 'shadow' })
  const client = sender(world)
  await client.send(admission({ controlId: 'R1', visit: 'VR', admittedAt: now, ...person }))
  await client.send(
    ecgMessage({ controlId: 'R2', filler: 'ER', acquiredAt: minutes(now, -2), latent: 4, seed: 3, ...person })
  )
  const stranger = { controlId: 'R3', filler: 'FR', value: '4.0', collectedAt: now, ...person, birthDate: '19501231' }
  await client.send(potassium({ ...stranger, comment: LONG }))
  await client.close()
  const cine = demoDay(now).filter(({ what }) => what.startsWith('Cine'))
  const peer = parseDicomAddress(world.address('dicom').replace('dicom://', 'dicom://CART@'))
  const sent = await sendInstances(
    peer,
    cine.map(({ bytes }) => bytes(now))
  )
  expect(sent.filter(({ outcome }) => outcome !== 'stored')).toEqual([])
  await world.until('the whole series is there', async () => {
    const [study] = await world.search<ImagingStudy>('ImagingStudy?_count=1')
    return study?.numberOfInstances === cine.length
  })
  await quiet(world.app)
  const { parked } = await world.admin<{ parked: { id: string; code: string }[] }>('/admin/parked')
  expect(parked).toMatchObject([{ code: 'PATIENT_MISMATCH' }])
  parkedId = parked[0]!.id
}, 60_000)
afterAll(() => world?.stop())

/** As if every blob had been put three days ago. */
function age(): void {
  const then = new Date(Date.now() - 3 * 24 * 60 * 60_000)
  const dir = join(world.dataDir, 'blobs')
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), then, then)
}
const retention = (dryRun: boolean) => world.admin<RetentionReport>('/admin/retention', { dryRun })
/** Every waveform that a resource names; a model card has an address of another kind. */
async function waveformsRead(): Promise<number> {
  const documents = await world.search<DocumentReference>('DocumentReference?_count=1000')
  const urls = documents
    .map(({ content }) => content[0]!.attachment.url ?? '')
    .filter((url) => url.startsWith('urn:sha256:'))
  for (const url of urls) await world.app.blobs.get(hash(url))
  return urls.length
}
const hash = (url = ''): string => url.replace('urn:sha256:', '')

test('a dry run says what would go and takes nothing', async () => {
  const { sha256 } = await world.app.blobs.put(Buffer.from('named by nobody'))
  age()
  const { blobs } = await retention(true)
  expect(blobs).toMatchObject({ count: 1, bytes: 15 })
  expect(await world.app.blobs.has(sha256)).toBe(true)
})

test('what nothing names goes; waveforms, series with their frames, and parked messages stay', async () => {
  const stray = await world.app.blobs.put(Buffer.from('named by nobody'))
  age()
  const young = await world.app.blobs.put(Buffer.from('named by nobody yet'))
  const { blobs } = await retention(false)
  expect(blobs!.count).toBe(1)
  expect([await world.app.blobs.has(stray.sha256), await world.app.blobs.has(young.sha256)]).toEqual([false, true])

  expect(await waveformsRead()).toBeGreaterThan(0)
  const [study] = await world.search<ImagingStudy>('ImagingStudy?_count=1')
  const manifest = await world.app.blobs.get(hash(study!.series![0]!.extension![0]!.valueUri))
  const { frames } = JSON.parse(Buffer.from(manifest).toString()) as { frames: { sha256: string }[] }
  expect(frames).toHaveLength(30)
  for (const { sha256 } of frames) await world.app.blobs.get(sha256)

  // The registration was wrong after all: the parked message runs again, body and all.
  await world.admin('/admin/replay', { parkedId })
  await quiet(world.app)
  const { parked } = await world.admin<{ parked: { code: string }[] }>('/admin/parked')
  expect(parked.map(({ code }) => code)).toEqual(['PATIENT_MISMATCH'])
})

test('delivered items are forgotten after their time, waiting and parked ones never', async () => {
  const { outbox, store } = world.app
  const item = (id: string) => ({ destination: 'lab', itemId: id, resource: `Patient/${id}`, versionId: '1' })
  await outbox.add(['old', 'young', 'waiting', 'parked'].map(item))
  const settle = (id: string, state: string, at: string) => ({
    sql: 'UPDATE outbox SET state = ?, settled_at = ? WHERE item_id = ?',
    params: [state, at, id]
  })
  await store.sql.write([
    settle('old', 'delivered', '2020-01-01T00:00:00.000Z'),
    settle('young', 'delivered', now.toISOString()),
    settle('parked', 'parked', '2020-01-01T00:00:00.000Z')
  ])
  expect(await retention(true)).toMatchObject({ dryRun: true, delivered: 1 })
  expect(await retention(false)).toMatchObject({ dryRun: false, delivered: 1 })
  const left = await store.sql.all<{ item_id: string }>(
    "SELECT item_id FROM outbox WHERE destination = 'lab' ORDER BY item_id"
  )
  expect(left.map(({ item_id }) => item_id)).toEqual(['parked', 'waiting', 'young'])
})

test.each([
  ['blobGraceHours', 0],
  ['busDays', -1],
  ['storyDays', 'long'],
  ['receiptDays', null]
])('a configuration with retention.%s %p is refused', (key, value) => {
  expect(() => loadConfig({ env: {}, override: { retention: { [key]: value } } })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: `retention.${key}` })
  )
})
