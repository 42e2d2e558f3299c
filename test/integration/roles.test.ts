import type { RiskAssessment, Task } from '@medplum/fhirtypes'
import WebSocket from 'ws'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { pocketK } from '../support/world.ts'
import { ecgMessage, minutes, order, potassium } from './support/hospital.ts'
import { laboratory, subscriber } from './support/receivers.ts'
import { type RunningRole, splitWorld } from './support/split-world.ts'

/** The server in five parts (design section 6): one of each role around one bus and store. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const codeMap = {
  orders: { 'L|KSCREEN': 'pocket-k' },
  observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium' } }
}
const person = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
let lab: Awaited<ReturnType<typeof laboratory>>
let world: Awaited<ReturnType<typeof splitWorld>>
let edge: RunningRole
let ingest: RunningRole
let inference: RunningRole
let fhir: RunningRole
let deliver: RunningRole
let client: ReturnType<typeof createMllpClient>
beforeAll(async () => {
  lab = await laboratory()
  world = await splitWorld({
    feeds: [
      {
        name: 'hl7',
        transport: 'mllp',
        options: { port: 0 },
        defaultAuthority: 'HOSP',
        zone: 'UTC',
        codeMap,
        replyTo: 'lab'
      },
      { name: 'drop', transport: 'http-drop', options: {}, defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
    ],
    destinations: [
      { name: 'lab', kind: 'mllp', address: lab.address, acceptsSynthetic: true, profile: { timeoutMs: 2000 } }
    ],
    modules: await pocketK('advisory'),
    inference: { workers: 1 },
    subscriptions: { allowedHosts: ['127.0.0.1'] },
    alerts: { provisionalPatients: true }
  })
  edge = await world.start('edge')
  ingest = await world.start('ingest')
  inference = await world.start('inference')
  fhir = await world.start('fhir')
  deliver = await world.start('deliver')
  const { hostname: host, port } = new URL(edge.feeds.hl7!.replace('mllp:', 'http:'))
  client = createMllpClient({ host, port: Number(port), timeoutMs: 10_000 })
}, 60_000)
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
})

async function until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const deadline = performance.now() + 15_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
async function search<T>(query: string): Promise<T[]> {
  const bundle = (await (await fetch(`${fhir.http}/fhir/R4/${query}`)).json()) as { entry?: { resource: T }[] }
  return (bundle.entry ?? []).map(({ resource }) => resource)
}
async function subscribe(channel: object, criteria: string): Promise<string> {
  const response = await fetch(`${fhir.http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Subscription', status: 'requested', reason: 'test', criteria, channel })
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { id: string }).id
}
const admin = async <T>(path: string, body?: unknown): Promise<T> =>
  (await (
    await fetch(
      `${fhir.http}/admin${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    )
  ).json()) as T

test('each role serves its own routes and says what it is and needs', async () => {
  const routes = ['/healthz', '/readyz', '/metrics', '/fhir/R4/metadata', '/admin/outbox', '/inbound', '/cds-services']
  const status = async ({ http }: RunningRole, route: string) =>
    (await fetch(http + route, route === '/inbound' ? { method: 'POST', body: 'x' } : {})).status
  const table = async (role: RunningRole) => Promise.all(routes.map((route) => status(role, route)))
  expect(await table(edge)).toEqual([200, 200, 200, 404, 404, 415, 404])
  expect(await table(ingest)).toEqual([200, 200, 200, 404, 404, 404, 404])
  expect(await table(inference)).toEqual([200, 200, 200, 404, 404, 404, 404])
  expect(await table(fhir)).toEqual([200, 200, 200, 200, 200, 404, 404])
  expect(await table(deliver)).toEqual([200, 200, 200, 404, 404, 404, 404])
  const ready = async ({ http }: RunningRole) => (await fetch(`${http}/readyz`)).json()
  const engines = { server: 'up', store: 'up', bus: 'up', blobs: 'up' }
  expect(await ready(edge)).toEqual({ ready: true, roles: ['edge'], parts: engines })
  expect(await ready(inference)).toEqual({ ready: true, roles: ['inference'], parts: { ...engines, models: 'up' } })
})

test('a tracing goes through all five: recorded, scored, told to a subscriber, and an order is answered', async () => {
  const hook = await subscriber()
  await subscribe({ type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }, 'Task?status=requested')
  const ecg = { controlId: 'S1', at: now, filler: 'S1', acquiredAt: minutes(now, -5), latent: 8.2, seed: 7, mrn: 'S1' }
  expect((await client.send(ecgMessage({ ...person, ...ecg }))).code).toBe('AA')
  const ordered = { controlId: 'S2', at: now, placer: 'PS2', placedAt: now, mrn: 'S1' }
  const { code, reply } = await client.send(order({ ...person, ...ordered, accept: 'AL', applicationAck: 'AL' }))
  expect(code).toBe('CA')
  expect(Buffer.from(reply).toString()).toContain('MSA|CA|S2')
  const [task] = await until('the alert', async () => {
    const found = await search<Task>('Task?patient.identifier=S1&status=requested')
    return found.length > 0 && found
  })
  await until('the notification', () => hook.received.some(({ path }) => path.endsWith(`Task/${task!.id}`)))
  // The order's answer (ORL, put into the outbox by ingest) and its result (ORU) leave by the deliver process.
  await until('ORL and ORU', () => {
    const types = lab.received.filter(({ text }) => text.includes('PS2^LAB')).map(({ type }) => type)
    return types.includes('ORL^O22') && types.includes('ORU^R01')
  })
  const results = await search<RiskAssessment>('RiskAssessment?patient.identifier=S1')
  expect(results.length).toBeGreaterThan(0)
  await hook.close()
})

test('who waits for a settlement in the edge hears of it from the ingest process', async () => {
  const answer = await client.send(
    order({ ...person, controlId: 'S3', at: now, placer: 'PS3', placedAt: now, mrn: 'S3' })
  )
  // Original mode: the acknowledgement of an order carries its outcome, which only the ingest process knows.
  expect(answer.code).toBe('AA')
  expect(Buffer.from(answer.reply).toString()).toContain('MSA|AA|S3')
  const { messages } = await admin<{ messages: { state: string }[] }>('/messages/S3')
  expect(messages.map(({ state }) => state)).toEqual(['recorded'])
})

test('a client of the websocket channel is served by the process it is connected to', async () => {
  const id = await subscribe({ type: 'websocket' }, 'Observation?code=http://loinc.org|2823-3')
  const socket = new WebSocket(`${deliver.http.replace('http', 'ws')}/fhir/R4/ws`)
  const heard: string[] = []
  socket.on('message', (data) => heard.push(String(data)))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(`bind ${id}`)
  await until('bound', () => heard.includes(`bound ${id}`))
  const value = { controlId: 'S4', at: now, filler: 'S4', value: '4.4', collectedAt: minutes(now, -10), mrn: 'S4' }
  await client.send(potassium({ ...person, ...value }))
  await until('the ping', () => heard.includes(`ping ${id}`))
  socket.terminate()
  const elsewhere = new WebSocket(`${fhir.http.replace('http', 'ws')}/fhir/R4/ws`)
  await new Promise((resolve) => elsewhere.once('error', resolve))
})

test('the switch that stops all outbound, thrown in one process, holds in the one that sends', async () => {
  expect(await admin('/outbound', { on: false })).toEqual({ outbound: false })
  const before = lab.received.length
  const ordered = { controlId: 'S5', at: now, placer: 'PS5', placedAt: now, mrn: 'S5' }
  await client.send(order({ ...person, ...ordered, accept: 'AL', applicationAck: 'AL' }))
  await until('the answer to wait in the outbox', async () => {
    const { queues } = await admin<{ queues: { destination: string; state: string }[] }>('/outbox')
    return queues.some(({ destination, state }) => destination === 'lab' && state === 'waiting')
  })
  expect(lab.received).toHaveLength(before)
  expect(await admin('/outbound', { on: true })).toEqual({ outbound: true })
  await until('the ORL', () => lab.received.slice(before).some(({ text }) => text.includes('PS5^LAB')))
})

test('whose a quarantined message is, decided at one process, is recorded so by another', async () => {
  const value = { at: now, value: '4.4', collectedAt: minutes(now, -10), mrn: 'S1' }
  await client.send(potassium({ ...person, ...value, controlId: 'S6', filler: 'S6', birthDate: '19990101' }))
  const parked = await until('parked', async () => {
    const { messages } = await admin<{ messages?: { state: string; envelopeId: string }[] }>('/messages/S6')
    return messages?.[0]?.state === 'parked' && messages[0]
  })
  const [patient] = await search<{ id: string }>('Patient?identifier=S1')
  await admin('/replay', { envelopeId: parked.envelopeId, asPatient: `Patient/${patient!.id}` })
  await until('recorded', async () => {
    const { messages } = await admin<{ messages?: { state: string }[] }>('/messages/S6')
    return messages?.[0]?.state === 'recorded'
  })
  const found = await search<{ subject: { reference: string } }>(
    'Observation?code=http://loinc.org|2823-3&patient.identifier=S1'
  )
  expect(found.map(({ subject }) => subject.reference)).toContain(`Patient/${patient!.id}`)
})

test('a resend that goes to another edge at once is acknowledged by both and has one effect', async () => {
  const other = await world.start('edge')
  const { hostname: host, port } = new URL(other.feeds.hl7!.replace('mllp:', 'http:'))
  const second = createMllpClient({ host, port: Number(port), timeoutMs: 10_000 })
  const value = { at: now, filler: 'S7', value: '4.7', collectedAt: minutes(now, -10), mrn: 'S7', controlId: 'S7' }
  const answers = await Promise.all([client, second].map((to) => to.send(potassium({ ...person, ...value }))))
  expect(answers.map(({ code }) => code)).toEqual(['AA', 'AA'])
  await until('both to end', async () => {
    // Until ingest has written its first row the control id is unknown: 404, without messages.
    const { messages = [] } = await admin<{ messages?: { state: string }[] }>('/messages/S7')
    return messages.length > 0 && messages.every(({ state }) => state === 'recorded')
  })
  const found = await search<{ meta: { versionId: string } }>('Observation?patient.identifier=S7')
  expect(found.map(({ meta }) => meta.versionId)).toEqual(['1'])
  expect(await search('Patient?identifier=S7')).toHaveLength(1)
  // Much later the row is there, and any edge knows the message.
  await until('the duplicate to be known', async () => {
    await second.send(potassium({ ...person, ...value }))
    const { messages = [] } = await admin<{ messages?: { duplicates: number }[] }>('/messages/S7')
    return messages.some(({ duplicates }) => duplicates > 0)
  })
  await second.close()
})
