import type { Observation, RiskAssessment } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { LiveDevice } from '../support/live-device.ts'
import { pocketK } from '../support/world.ts'
import { type HeldBy, helloOf, known, leadOne, RATE_HZ } from './support/handheld.ts'
import { type RunningRole, splitWorld } from './support/split-world.ts'

/**
 * Lead I into a server that is split by roles: the edge has the socket, ingest records the strip, inference answers, and the edge
 * tells what the record says. The processes share a store, a bus and blobs, and nothing else.
 */
const ADA: HeldBy = { mrn: 'H1', family: 'Sim', given: 'Ada', birthDate: '19480504', sex: 'F' }
const PATIENCE_MS = 60_000
const feed = { defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} }
let world: Awaited<ReturnType<typeof splitWorld>>
let edge: RunningRole
let fhir: RunningRole
const devices: LiveDevice[] = []
const device = ({ http }: RunningRole): LiveDevice => {
  const made = new LiveDevice(http, { patienceMs: PATIENCE_MS })
  devices.push(made)
  return made
}
const search = async <T>(query: string): Promise<T[]> => {
  const bundle = (await (await fetch(`${fhir.http}/fhir/R4/${query}`)).json()) as { entry?: { resource: T }[] }
  return (bundle.entry ?? []).map(({ resource }) => resource)
}

beforeAll(async () => {
  world = await splitWorld({
    feeds: [
      { name: 'hl7', transport: 'mllp', options: { port: 0 }, ...feed },
      { name: 'handheld', transport: 'websocket-ecg', options: { maxSpeed: 100, windowSeconds: 30 }, ...feed }
    ],
    modules: {
      ...(await pocketK('advisory')),
      ecgomics: { mode: 'shadow', policy: {} },
      'cap-icu': { mode: 'off' },
      anyecg: { mode: 'off' }
    },
    inference: { workers: 1 },
    alerts: { provisionalPatients: true }
  })
  edge = await world.start('edge')
  await world.start('ingest')
  await world.start('inference')
  fhir = await world.start('fhir')
  const { hostname: host, port } = new URL(edge.feeds['hl7']!.replace('mllp:', 'http:'))
  const adt = createMllpClient({ host, port: Number(port), timeoutMs: PATIENCE_MS })
  try {
    expect((await adt.send(known(ADA, new Date()))).code).toBe('AA')
  } finally {
    await adt.close()
  }
  const deadline = performance.now() + PATIENCE_MS
  while ((await search('Patient?identifier=H1')).length === 0) {
    if (performance.now() > deadline) throw new Error('waited in vain for the person')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}, 180_000)
afterAll(async () => {
  for (const one of devices) one.cut()
  await world?.stop()
}, 60_000)

test('a strip sent to the edge is answered there by the models of another process', async () => {
  const held = device(edge)
  const { session } = await held.hello(helloOf(ADA))
  await held.send(leadOne(10, { potassium: 7 }))
  await held.told('strip', ({ state }) => state === 'recorded')
  const told = await held.told('result', ({ module }) => module === 'pocket-k')
  expect(told).toMatchObject({ state: 'result', from: 0, to: 10 * RATE_HZ })
  const [stored] = await search<RiskAssessment & { id: string }>('RiskAssessment?patient.identifier=H1')
  expect(told.reference).toBe(`RiskAssessment/${stored!.id}/_history/1`)
  expect(told.predictions!.map(({ probability }) => probability)).toEqual(
    stored!.prediction!.map(({ probabilityDecimal }) => probabilityDecimal)
  )
  // The mode is that of the inference process's models: what is in shadow leaves for nobody.
  expect(await held.told('result', ({ module }) => module === 'ecgomics')).toMatchObject({
    state: 'withheld',
    code: 'shadow'
  })

  // The switch thrown in another process holds on the socket too.
  const switched = (on: boolean) =>
    fetch(`${fhir.http}/admin/outbound`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ on })
    })
  expect((await switched(false)).status).toBe(200)
  await held.told(
    'result',
    ({ module, state, code }) => module === 'pocket-k' && state === 'withheld' && code === 'outbound-off'
  )
  expect((await switched(true)).status).toBe(200)

  // A session belongs to the process that opened it: at another edge the device begins a new one, at its own sample.
  held.cut()
  const elsewhere = device(await world.start('edge'))
  const next = 10 * RATE_HZ
  expect(await elsewhere.hello(helloOf(ADA, { resume: { session, next } }))).toMatchObject({ resumed: false, next })
  await elsewhere.send(leadOne(10, { seed: 2 }))
  await elsewhere.told('result', ({ module, from }) => module === 'pocket-k' && from === next)
  expect(await search<Observation>('Observation?code=http://loinc.org|11524-6&patient.identifier=H1')).toHaveLength(2)
}, 180_000)

test('a retraction in another process is told on the socket', async () => {
  const held = device(edge)
  await held.hello(helloOf(ADA))
  await held.send(leadOne(10, { seed: 3 }))
  const { reference } = await held.told('result', ({ module, state }) => module === 'pocket-k' && state === 'result')
  const risk = (await (await fetch(`${fhir.http}/fhir/R4/${reference}`)).json()) as RiskAssessment
  const id = risk.basis![0]!.reference!.split('/')[1]!
  const ecg = (await (await fetch(`${fhir.http}/fhir/R4/Observation/${id}`)).json()) as Observation
  const response = await fetch(`${fhir.http}/fhir/R4/Observation/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...ecg, status: 'entered-in-error' })
  })
  expect(response.status).toBe(200)
  await held.told('result', ({ module, state }) => module === 'pocket-k' && state === 'retracted')
}, 180_000)

test('a process that has no feeds has no socket, no ticket and no page of them', async () => {
  const held = await device(fhir).open()
  expect(held.refused).toBe(404)
  const tickets = await fetch(`${fhir.http}/stream/tickets`, { method: 'POST' })
  expect([tickets.status, (await fetch(`${fhir.http}/stream/`)).status]).toEqual([404, 404])
  expect((await fetch(`${edge.http}/stream/`)).status).toBe(200)
})
