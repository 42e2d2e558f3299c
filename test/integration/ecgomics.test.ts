import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { DiagnosticReport, DocumentReference, Observation, ServiceRequest, Task } from '@medplum/fhirtypes'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { buildEcg } from '../../dicom/waveform/write.ts'
import { PROFILE } from '../../fhir-profiles/index.ts'
import { readFeatures } from '../../inference/modules/ecgomics/csv.ts'
import { writeTinyDelineator } from '../../inference/runtime/fixtures/tiny-delineator.ts'
import { exportCommand } from '../../server/cli/export.ts'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'
import { buildWorld, type World } from '../support/world.ts'
import { dtm, ecgMessage, minutes, order } from './support/hospital.ts'
import { segment, sender } from './support/hospital-world.ts'
import { laboratory } from './support/receivers.ts'

/** ECGomics over the whole server: an ECG by any way becomes a panel and a report, once, and answers its order. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
/** Above the noise of the simulator, below what it is made to differ by. */
const CHANGES = { 'heart.rate': { withinPersonSd: 3, n: 5 }, 'qrs.duration': { withinPersonSd: 5, n: 5 } }

let models: string
let lab: Awaited<ReturnType<typeof laboratory>>
let world: World
let client: ReturnType<typeof sender>
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'models-'))
  const folder = await writeTinyDelineator(models)
  const { sha256 } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as { sha256: string }
  lab = await laboratory()
  const codeMap = { orders: { 'L|ECGM': 'ecgomics' }, observations: {} }
  const feed = { defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
  world = await buildWorld({
    config: {
      feeds: [
        { ...feed, name: 'hl7', transport: 'mllp', options: { port: 0 }, replyTo: 'lab' },
        { ...feed, name: 'dicom', transport: 'dimse', options: { port: 0 } }
      ],
      destinations: [
        { name: 'lab', kind: 'mllp', address: lab.address, acceptsSynthetic: true, profile: { timeoutMs: 400 } }
      ],
      models: { root: models },
      modules: {
        ecgomics: {
          mode: 'advisory',
          policy: {
            parameters: { delineator: 'classical', bootstrapDraws: 20 },
            changes: CHANGES,
            alerts: { qtcAtLeast: 300 }
          },
          approval: { approver: 'test', date: '2026-01-01', modelSha256: sha256, threshold: 0.5, evaluation: 'test' }
        }
      }
    }
  })
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
  await rm(models, { recursive: true })
})

const LATENT = 4.2
let instances = 0
/** The very tracing of `ecgMessage` with the same seed, as a DICOM object of twelve leads. */
const dicomEcg = (mrn: string, seed: number, acquiredAt: Date): Uint8Array =>
  buildEcg([simulateEcg({ seed, potassium: LATENT, stepUv: 5 })], {
    patient: { id: mrn, issuer: 'HOSP', family: 'Sim', given: 'Ulla', birthDate: '1950-03-01', sex: 'F' },
    uids: {
      study: `2.25.7${now.getTime()}`,
      series: `2.25.8${now.getTime()}`,
      instance: `2.25.9${now.getTime()}${++instances}`
    },
    acquiredAt: dtm(acquiredAt).slice(0, 14),
    utcOffset: '+0000',
    sensitivityUv: 5
  })
const store = (bytes: Uint8Array) =>
  sendInstances(parseDicomAddress(world.address('dicom').replace('dicom://', 'dicom://CART@')), [bytes], {
    timeoutMs: 5000
  })
const ecg = (mrn: string, seed: number, acquiredAt: Date, changes: Partial<Parameters<typeof ecgMessage>[0]> = {}) =>
  client.send(
    ecgMessage({
      controlId: `D${mrn}${seed}`,
      at: now,
      filler: `E${mrn}${seed}`,
      acquiredAt,
      latent: LATENT,
      seed,
      mrn,
      ...facts,
      ...changes
    })
  )
const panelsOf = (mrn: string) =>
  world.search<Observation>(`Observation?patient.identifier=${mrn}&_profile=${PROFILE.measurementPanel}&_sort=date`)
const changesOf = (mrn: string) =>
  world.search<Observation>(`Observation?patient.identifier=${mrn}&_profile=${PROFILE.ecgChange}`)
const panels = (mrn: string, n: number) =>
  world.until(
    `${n} panels of ${mrn}`,
    async () => {
      const found = await panelsOf(mrn)
      return found.length === n && found
    },
    20_000
  )

test('an ECG by DICOM becomes a panel, a report and a table; the same tracing by HL7 v2 makes no second result', async () => {
  await store(dicomEcg('EA', 3, minutes(now, -30)))
  const [panel] = await panels('EA', 1)
  expect(panel).toMatchObject({ status: 'preliminary', code: { coding: [{ code: '34534-8' }] } })
  const [report] = await world.search<DiagnosticReport>(`DiagnosticReport?result=Observation/${panel!.id}`)
  expect(report).toMatchObject({ status: 'preliminary', code: { coding: [{ code: '11524-6' }] } })
  expect(Buffer.from(report!.presentedForm![0]!.data!, 'base64').subarray(0, 5).toString()).toBe('%PDF-')
  const members = await Promise.all(panel!.hasMember!.map(({ reference }) => world.fhir<Observation>(reference!)))
  const heartRate = members.find(({ code }) => code?.coding?.[0]?.code === '8867-4')
  expect(heartRate?.valueQuantity).toMatchObject({ code: '/min' })
  expect(heartRate?.valueQuantity?.value).toBeGreaterThan(60)
  const [table] = await world.search<DocumentReference>(
    `DocumentReference?patient.identifier=EA&_profile=${PROFILE.featureTable}`
  )
  const features = readFeatures(Buffer.from(table!.content[0]!.attachment.data!, 'base64').toString())
  expect(Math.round(features.find(({ id }) => id === 'heart.rate')!.value!)).toBe(heartRate?.valueQuantity?.value)

  await ecg('EA', 3, minutes(now, -30))
  // A later tracing of the same person comes behind the twin: once it has its panel, the twin had its chance.
  await ecg('EA', 4, minutes(now, -5))
  const [first, second] = await panels('EA', 2)
  expect(first).toMatchObject({ id: panel!.id, meta: { versionId: '1' } })
  expect(second?.code).toMatchObject({ coding: [{ code: 'ecg-measurement-panel' }] })
  const changes = await changesOf('EA')
  expect(changes.map(({ code }) => code?.coding?.[0]?.code)).toEqual(expect.arrayContaining(['8633-0', '8867-4']))
  expect(changes[0]?.derivedFrom?.map(({ reference }) => reference?.split('/_history')[0])).toEqual([
    second!.derivedFrom![0]!.reference!.split('/_history')[0],
    first!.derivedFrom![0]!.reference!.split('/_history')[0]
  ])
})

test('an earlier tracing that comes late changes what the later one is compared with', async () => {
  await ecg('EB', 5, minutes(now, -5))
  await panels('EB', 1)
  expect(await changesOf('EB')).toEqual([])
  await ecg('EB', 6, minutes(now, -40))
  const [early, late] = await panels('EB', 2)
  const changes = await world.until('the changes', async () => {
    const found = await changesOf('EB')
    return found.length >= 2 && found
  })
  for (const { derivedFrom } of changes)
    expect(derivedFrom?.map(({ reference }) => reference)).toEqual(
      [late, early].map((panel) => panel!.derivedFrom![0]!.reference)
    )
})

test('a correction makes a new version of the same panel, a retraction withdraws everything written', async () => {
  await ecg('EC', 7, minutes(now, -20))
  const [before] = await panels('EC', 1)
  await ecg('EC', 8, minutes(now, -20), { controlId: 'DEC7C', filler: 'EEC7', status: 'C' })
  const after = await world.until('the corrected panel', async () => {
    const [panel] = await panelsOf('EC')
    return panel?.meta?.versionId !== before?.meta?.versionId && panel
  })
  expect(after).toMatchObject({ id: before!.id, status: 'preliminary' })
  await ecg('EC', 8, minutes(now, -20), { controlId: 'DEC7W', filler: 'EEC7', status: 'X' })
  await world.until('the withdrawal', async () => (await panelsOf('EC'))[0]?.status === 'entered-in-error')
  const [report] = await world.search<DiagnosticReport>('DiagnosticReport?patient.identifier=EC')
  const [table] = await world.search<DocumentReference>(
    `DocumentReference?patient.identifier=EC&_profile=${PROFILE.featureTable}`
  )
  expect([report?.status, table?.status]).toEqual(['entered-in-error', 'entered-in-error'])
})

test('an order is answered by ORU^R01 with one OBX for each interval, and an armed limit raises an alert', async () => {
  await client.send(
    order({
      controlId: 'BED',
      at: now,
      placer: 'PLED',
      placedAt: now,
      mrn: 'ED',
      ...facts,
      code: 'ECGM^ECG measurements^L'
    })
  )
  await ecg('ED', 9, minutes(now, -10))
  const { text } = await world.until(
    'the ORU',
    () => lab.received.find(({ type, text }) => type === 'ORU^R01' && text.includes('PLED^LAB')),
    20_000
  )
  expect(segment(text, 'OBR')(4).split('^')[0]).toBe('ECGM')
  const observations = text
    .split('\r')
    .filter((line) => line.startsWith('OBX|'))
    .map((line) => line.split('|'))
  expect(observations.map((fields) => fields[3]!.split('^')[0])).toEqual(
    expect.arrayContaining(['8867-4', '8633-0', '8634-8', '76634-5'])
  )
  const qrs = observations.find((fields) => fields[3]!.startsWith('8633-0'))!
  expect([qrs[2], qrs[6], qrs[11]]).toEqual(['NM', 'ms^ms^UCUM', 'P'])
  expect(Number(qrs[5])).toBeGreaterThan(60)
  expect(text).toContain('Not for clinical use')
  await world.until(
    'the order is completed',
    async () => (await world.search<ServiceRequest>('ServiceRequest?identifier=PLED^LAB'))[0]?.status === 'completed'
  )
  const task = await world.until('the alert', async () => (await world.search<Task>('Task?patient.identifier=ED'))[0])
  expect(task).toMatchObject({ status: 'requested', focus: { reference: expect.stringMatching(/^Observation\//) } })
})

test('an order without an ECG is closed at its time-out with OBX-11 X and no value', async () => {
  const placedAt = new Date(Date.now() - 60 * 60_000 + 900)
  await client.send(
    order({ controlId: 'BEE', at: now, placer: 'PLEE', placedAt, mrn: 'EE', ...facts, code: 'ECGM^ECG measurements^L' })
  )
  const { text } = await world.until('the ORU of the time-out', () =>
    lab.received.find(({ type, text }) => type === 'ORU^R01' && text.includes('PLEE^LAB'))
  )
  expect([
    segment(text, 'ORC')(5),
    segment(text, 'OBR')(25),
    segment(text, 'OBX')(5),
    segment(text, 'OBX')(11)
  ]).toEqual(['CA', 'X', '', 'X'])
})

test('hisbundle export writes the table of all tracings: keyed hashes, no identifier, name or date', async () => {
  await ecg('EF', 10, minutes(now, -30))
  await panels('EF', 1)
  const out = join(models, 'features.csv')
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    expect(await exportCommand.run(['ecgomics', '--out', out, '--url', world.http, '--wide'])).toBe(0)
  } finally {
    said.mockRestore()
  }
  const table = await readFile(out, 'utf8')
  const [header, ...lines] = table.trimEnd().split('\n')
  expect(header).toMatch(/^tracing,patient,day,age,sex,synthetic,file,p\.presence,/)
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line).toMatch(/^[0-9a-f]{24},[0-9a-f]{24},\d+,\d+,female,(?:no|yes),,/)
  for (const identifying of ['EF', 'Sim', 'Ulla', '1950', now.toISOString().slice(0, 10)])
    expect(table).not.toContain(identifying)
})
