import { seeded } from '../../server/demo/simulate/random.ts'
import type { World } from '../support/world.ts'
import { admission, ecgMessage, hl7, minutes, msh, order, pid, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { laboratory, subscriber } from './support/receivers.ts'
import { runSplits } from './support/splits.ts'

/** Privacy, poison, framing with the log beneath, health and stories, over one server. */
const SEED = Date.now() % 100_000
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const CANARY = {
  mrn: 'CANARYMRN7',
  family: 'Canaryfamily',
  given: 'Canarygiven',
  birthDate: '19471231',
  free: 'Canaryfreetext',
  phone: '0555CANARY'
}
const WORDS = /canary|19471231|1947-12-31/i
let lab: Awaited<ReturnType<typeof laboratory>>
let world: World
let client: ReturnType<typeof sender>
const logged: string[] = []
beforeAll(async () => {
  lab = await laboratory((_, n) => (n % 3 === 1 ? 'AE' : n % 3 === 2 ? 'AR' : 'AA'))
  world = await hospitalWorld(lab.address, { logStream: { write: (line) => void logged.push(line) } })
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
})

/** A subscriber that refuses everything, closed with the test whatever becomes of it. */
async function refusing() {
  const hook = await subscriber(() => 500)
  return { url: hook.url, [Symbol.asyncDispose]: () => hook.close() }
}

const text = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${world.http}${path}`, init)
  return { status: response.status, body: await response.text() }
}

test('no word of a patient stands in logs, metrics, stories, error bodies or acknowledgements', async () => {
  const person = { mrn: CANARY.mrn, family: CANARY.family, given: CANARY.given, birthDate: CANARY.birthDate, sex: 'F' }
  await using hook = await refusing()
  await text('/fhir/R4/Subscription', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Observation?code=http://loinc.org|2823-3',
      channel: { type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }
    })
  })
  const base = { at: now, ...person }
  const broken = (controlId: string, ...segments: string[]) =>
    hl7(msh({ type: 'ORU^R01^ORU_R01', controlId, at: now }), ...segments)
  const answers: string[] = []
  for (const bytes of [
    admission({ controlId: 'C1', visit: 'VC', admittedAt: now, ...base }),
    potassium({ controlId: 'C2', filler: 'FC', value: '5.9', collectedAt: now, comment: CANARY.free, ...base }),
    ecgMessage({ controlId: 'C3', filler: 'EC', acquiredAt: minutes(now, -5), latent: 8.2, seed: 7, ...base }),
    order({ controlId: 'C4', placer: 'PLC', placedAt: now, ...base }),
    // Failures: a mismatched birth date, a word for a number, a lead nobody knows, no authority, a phone for a time.
    potassium({
      controlId: 'C5',
      filler: 'FC5',
      value: '4.1',
      collectedAt: now,
      ...base,
      birthDate: '19471230',
      family: 'Canaryother'
    }),
    potassium({ controlId: 'C6', filler: 'FC6', value: CANARY.free, collectedAt: now, ...base }),
    potassium({
      controlId: 'C7',
      filler: 'FC7',
      value: '4.1',
      collectedAt: now,
      code: `${CANARY.free}^${CANARY.free}^L`,
      ...base
    }),
    broken('C8', pid(person), `OBR|1||X^LAB|${CANARY.free}|||${CANARY.phone}`, `OBX|1|NA|${CANARY.free}||1^2^3`),
    broken('C9', `PID|1||${CANARY.mrn}^^^^MR||${CANARY.family}`, `OBX|1|${CANARY.free}|K^K^L||1`),
    broken('C10', `ZZZ|${CANARY.free}`),
    hl7(`MSH|^~\\&|LIS|HOSP|HIS|HB|20260101||ADT^A99^${CANARY.free}|C11|P|2.5.1`, pid(person)),
    hl7(
      msh({ type: 'ADT^A40^ADT_A39', controlId: 'C12', at: now }),
      'EVN|A40|20260101',
      pid(person),
      `MRG|${CANARY.free}`
    )
  ])
    answers.push(Buffer.from((await client.send(bytes)).reply).toString())
  const bad = { 'content-type': 'application/fhir+json' }
  const errors = [
    await text(`/fhir/R4/Patient?kode=${CANARY.mrn}`),
    await text(`/fhir/R4/Patient/${CANARY.mrn}`),
    await text(`/fhir/R4/${CANARY.free}`),
    await text('/fhir/R4/Patient', {
      method: 'POST',
      headers: bad,
      body: `{"resourceType":"Patient","name":"${CANARY.family}"}`
    }),
    await text('/fhir/R4/Patient', {
      method: 'POST',
      headers: bad,
      body: `{"resourceType":"Patient","${CANARY.family}":1,`
    }),
    await text('/fhir/R4/Patient', {
      method: 'POST',
      headers: bad,
      body: `{"resourceType":"Patient","birthDate":"${CANARY.free}","gender":"${CANARY.free}"}`
    }),
    await text('/inbound/drop', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: `MSH|${CANARY.free}`
    }),
    await text('/inbound/drop', {
      method: 'POST',
      headers: { 'content-type': 'application/dicom' },
      body: CANARY.free
    }),
    await text(`/admin/messages/${CANARY.mrn}`),
    await text('/admin/replay', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"parkedId":"${CANARY.free}"}`
    })
  ]
  await quiet(world.app)
  await world.until('the laboratory was asked', () => lab.received.length > 0)
  expect(errors.map(({ status }) => status).filter((status) => status < 400)).toEqual([])
  const stories = await Promise.all(Array.from({ length: 12 }, (_, i) => text(`/admin/messages/C${i + 1}`)))
  const places = {
    logs: logged.join(''),
    metrics: (await text('/metrics')).body,
    messages: (await text('/admin/messages')).body,
    stories: stories.map(({ body }) => body).join('\n'),
    parked: (await text('/admin/parked')).body,
    outbox: (await text('/admin/outbox')).body,
    errors: errors.map(({ body }) => body).join('\n'),
    title: process.title
  }
  expect(places.logs.length).toBeGreaterThan(0)
  for (const [place, body] of Object.entries(places))
    expect([place, body.split('\n').filter((line) => WORDS.test(line))]).toEqual([place, []])
  // An acknowledgement echoes MSH-3 to MSH-6 (they are the peer's own); nothing else of the message.
  for (const answer of answers)
    for (const line of answer.split('\r').filter((one) => /^(MSA|ERR|NTE)/.test(one))) expect(line).not.toMatch(WORDS)
})

test('a poison message is parked with its reason, the rest flows, and its replay after the fix has one effect', async () => {
  await client.send(
    admission({
      controlId: 'Q1',
      at: now,
      visit: 'VQ',
      admittedAt: now,
      mrn: 'Q1',
      family: 'Sim',
      birthDate: '19500301',
      sex: 'F'
    })
  )
  const wrong = potassium({
    controlId: 'Q2',
    at: now,
    filler: 'FQ',
    value: '4.1',
    collectedAt: now,
    mrn: 'Q1',
    family: 'Sim',
    birthDate: '19500302'
  })
  expect((await client.send(wrong)).code).toBe('AA')
  expect(
    (
      await client.send(
        potassium({ controlId: 'Q3', at: now, filler: 'FQ3', value: '4.2', collectedAt: now, mrn: 'Q1' })
      )
    ).code
  ).toBe('AA')
  await quiet(world.app)
  const storyOf = async (id: string) =>
    (
      await world.admin<{
        messages: { state: string; envelopeId: string; replays: number; error?: { code: string } }[]
      }>(`/admin/messages/${id}`)
    ).messages
  expect(await storyOf('Q2')).toMatchObject([{ state: 'parked', error: { code: 'PATIENT_MISMATCH' } }])
  expect(await storyOf('Q3')).toMatchObject([{ state: 'recorded' }])
  // The registration was wrong: A08 corrects it, then the parked message is replayed, twice.
  await client.send(
    admission({
      controlId: 'Q4',
      event: 'A08',
      at: minutes(now, 1),
      visit: 'VQ',
      admittedAt: now,
      mrn: 'Q1',
      family: 'Sim',
      birthDate: '19500302',
      sex: 'F'
    })
  )
  await quiet(world.app)
  const { parked } = await world.admin<{ parked: { id: string; envelopeId: string }[] }>('/admin/parked')
  const q2 = (await storyOf('Q2'))[0]!.envelopeId
  const item = parked.find(({ envelopeId }) => envelopeId === q2)!
  for (let i = 0; i < 2; i++) {
    await world.admin('/admin/replay', i === 0 ? { parkedId: item.id } : { envelopeId: q2 })
    await quiet(world.app)
  }
  const found = await world.search<{ meta?: { versionId?: string }; identifier?: { value?: string }[] }>(
    'Observation?patient.identifier=Q1&code=2823-3&_count=20'
  )
  expect(found).toHaveLength(2)
  expect((await storyOf('Q2')).map(({ state }) => state)).not.toContain('parked')
})

test(`every message of a block cut anywhere is acknowledged and logged in order, seed ${SEED}`, async () => {
  const uniform = seeded(SEED)
  const report = await runSplits(world, (length) =>
    Array.from({ length: 12 }, () => 1 + Math.floor(uniform() * (length - 1)))
  )
  expect(report).toMatchObject({ unanswered: [], lost: [], outOfOrder: [] })
})

test('health, readiness and the story of a message by its control id', async () => {
  expect(await text('/healthz')).toMatchObject({ status: 200 })
  expect(JSON.parse((await text('/readyz')).body)).toEqual({
    ready: true,
    roles: ['edge', 'ingest', 'inference', 'fhir', 'deliver'],
    parts: { server: 'up', store: 'up', bus: 'up', blobs: 'up', models: 'up' }
  })
  await client.send(
    ecgMessage({
      controlId: 'H1',
      at: now,
      filler: 'EH',
      acquiredAt: minutes(now, -5),
      latent: 4.2,
      seed: 8,
      mrn: 'H1',
      birthDate: '19500301',
      sex: 'F'
    })
  )
  await quiet(world.app)
  const story = await world.admin<{ messages: { state: string; kind: string; resources: string[] }[] }>(
    '/admin/messages/H1'
  )
  expect(story.messages).toMatchObject([{ state: 'recorded', kind: 'ORU^W01' }])
  expect(story.messages[0]!.resources.map((one) => one.split('/')[0]).sort()).toEqual([
    'DocumentReference',
    'Observation',
    'Patient'
  ])
  expect((await text('/admin/messages/NOSUCH')).status).toBe(404)
})
