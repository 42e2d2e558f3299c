import type { DiagnosticReport, Observation, RiskAssessment } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { LiveDevice } from '../support/live-device.ts'
import { buildWorld, pocketK, type World } from '../support/world.ts'
import { type HeldBy, helloOf, known, leadOne, RATE_HZ } from './support/handheld.ts'
import { admission } from './support/hospital.ts'

/** Lead I by WebSocket, over real sockets: docs/handheld.md. */
const ADA: HeldBy = { mrn: 'H1', family: 'Sim', given: 'Ada', birthDate: '19480504', sex: 'F' }
const now = new Date()
const BEA: HeldBy = { mrn: 'H2', family: 'Sim', given: 'Bea', birthDate: '19480505', sex: 'F' }
let world: World
let adt: ReturnType<typeof createMllpClient>
const devices: LiveDevice[] = []
const device = (): LiveDevice => {
  const made = new LiveDevice(world.http, { patienceMs: 60_000 })
  devices.push(made)
  return made
}

beforeAll(async () => {
  world = await buildWorld({
    config: {
      feeds: [
        { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} },
        {
          name: 'handheld',
          transport: 'websocket-ecg',
          options: { maxSpeed: 100, windowSeconds: 30 },
          defaultAuthority: 'HOSP',
          zone: 'UTC',
          codeMap: {}
        }
      ],
      modules: { ...(await pocketK('advisory')), ecgomics: { mode: 'shadow', policy: {} } },
      inference: { workers: 1 }
    }
  })
  const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
  adt = createMllpClient({ host, port: Number(port), timeoutMs: 10_000 })
  for (const person of [ADA, BEA]) expect((await adt.send(known(person, now))).code).toBe('AA')
  await world.until('the people', async () => (await world.search('Patient?identifier=H1,H2')).length === 2)
}, 120_000)
afterAll(async () => {
  for (const one of devices) one.cut()
  await adt?.close()
  await world?.stop()
})

const ecgsOf = ({ mrn }: HeldBy): Promise<Observation[]> =>
  world.search<Observation>(`Observation?code=http://loinc.org|11524-6&patient.identifier=${mrn}`)

test('a strip of ten and of thirty seconds is recorded and answered on the socket', async () => {
  const held = device()
  const ready = await held.hello(helloOf(ADA))
  expect(ready).toMatchObject({ resumed: false, bound: true, next: 0 })
  await held.send(leadOne(31, { potassium: 7 }))
  const reading = await held.told('reading')
  expect(reading).toMatchObject({ quality: { verdict: expect.stringMatching(/acceptable|limited/) } })
  expect(reading.heartRate).toBeGreaterThan(60)
  for (const seconds of [10, 30]) {
    await held.told('strip', (strip) => strip.seconds === seconds && strip.state === 'recorded')
    const to = seconds * RATE_HZ
    const result = await held.told('result', (one) => one.module === 'pocket-k' && one.to === to)
    expect(result).toMatchObject({ state: 'result', from: 0, reference: expect.stringMatching(/^RiskAssessment\//) })
    const [type, id] = result.reference!.split('/')
    const stored = await world.fhir<RiskAssessment>(`${type}/${id}`)
    expect(result.predictions!.map(({ probability }) => probability)).toEqual(
      stored.prediction!.map(({ probabilityDecimal }) => probabilityDecimal)
    )
    expect(result.predictions![0]).toMatchObject({
      band: stored.prediction![0]!.qualitativeRisk!.text,
      rationale: stored.prediction![0]!.rationale
    })
    const reports = await world.search<DiagnosticReport>(`DiagnosticReport?result=RiskAssessment/${id}`)
    if (reports[0]) expect(result.text).toBe(reports[0].conclusion)
    expect(result.text).toBeTruthy()
    // Rules section 9: what a module in shadow says leaves for nobody.
    const shadow = await held.told('result', (one) => one.module === 'ecgomics' && one.to === to)
    expect(shadow).toEqual({ type: 'result', from: 0, to, module: 'ecgomics', state: 'withheld', code: 'shadow' })
  }
  const began = (await ecgsOf(ADA)).map(({ effectiveDateTime }) => effectiveDateTime)
  expect(began).toHaveLength(2)
  // Both begin with one sample, however fast it came.
  expect(new Set(began).size).toBe(1)
  held.say({ type: 'bye' })
  expect(await held.ended()).toEqual({ code: 1000, reason: 'bye' })
  expect(held.of('bye')).toHaveLength(1)
})

test.each<[string, Partial<HeldBy>]>([
  ['another birth date', { birthDate: '19480505' }],
  ['another name', { family: 'Other' }],
  ['an unknown number', { mrn: 'H9' }]
])('%s is refused before a sample is taken', async (_what, wrong) => {
  const held = device()
  await expect(held.hello(helloOf({ ...ADA, ...wrong }))).rejects.toThrow('PATIENT_MISMATCH')
  expect(await held.ended()).toEqual({ code: 4403, reason: 'PATIENT_MISMATCH' })
})

test('without a patient nothing is recorded and no risk is computed', async () => {
  const everybody = 'Observation?code=http://loinc.org|11524-6&_count=1000'
  const before = (await world.search<Observation>(everybody)).length
  const held = device()
  expect(await held.hello(helloOf(undefined))).toMatchObject({ bound: false })
  await held.send(leadOne(31))
  expect((await held.told('reading', ({ at }) => at > 30 * RATE_HZ)).heartRate).toBeGreaterThan(60)
  held.say({ type: 'bye' })
  await held.ended()
  expect([held.of('strip'), held.of('result')]).toEqual([[], []])
  expect(await world.search<Observation>(everybody)).toHaveLength(before)
})

test('two devices of one patient are two tracings; one too slow for Pocket-K is refused by code', async () => {
  const before = (await ecgsOf(BEA)).length
  const [fast, slow] = [device(), device()]
  await fast.hello(helloOf(BEA))
  await slow.hello(helloOf(BEA, { rateHz: 130 }))
  await Promise.all([fast.send(leadOne(10)), slow.send(leadOne(10, { seed: 2, rateHz: 130 }))])
  expect(await fast.told('result', ({ module }) => module === 'pocket-k')).toMatchObject({ state: 'result' })
  expect(await slow.told('result', ({ module }) => module === 'pocket-k')).toMatchObject({
    state: 'refused',
    code: 'rate-too-low',
    text: expect.stringContaining('No score')
  })
  expect((await ecgsOf(BEA)).length - before).toBe(2)
})

test('what is played from a file is test data, and so is its result', async () => {
  const held = device()
  await held.hello(helloOf(ADA, { source: 'file' }))
  await held.send(leadOne(10, { seed: 5 }))
  const { reference } = await held.told('result', ({ module }) => module === 'pocket-k')
  const [type, id] = reference!.split('/')
  expect((await world.fhir<RiskAssessment>(`${type}/${id}`)).meta?.tag?.map(({ code }) => code)).toContain('HTEST')
})

test('a person who is no longer the one that was confirmed: the strip is durable and waits for a decision', async () => {
  const held = device()
  await held.hello(helloOf(BEA))
  const corrected = { ...BEA, birthDate: '19500101' }
  const at = new Date(now.getTime() + 1000)
  await adt.send(admission({ ...corrected, controlId: 'A-H2-2', at, visit: 'V-H2', admittedAt: now, event: 'A08' }))
  await world.until(
    'the correction',
    async () => (await world.search('Patient?identifier=H2&birthdate=1950-01-01')).length > 0
  )
  await held.send(leadOne(10, { seed: 6 }))
  const strip = await held.told('strip', ({ state }) => state === 'parked')
  expect(strip).toMatchObject({ code: 'PATIENT_MISMATCH', envelope: expect.any(String) })
  held.say({ type: 'bye' })
  await held.ended()
  expect(held.of('result')).toEqual([])
})

test('what happened is in the metrics, without a name', async () => {
  const text = await (await fetch(`${world.http}/metrics`)).text()
  expect(text).toMatch(/^hisbundle_live_strips_total\{seconds="10"\} [1-9]/m)
  expect(text).toMatch(/^hisbundle_live_refused_total\{code="PATIENT_MISMATCH"\} 3$/m)
  expect(text).toMatch(/^hisbundle_live_answer_seconds_count\{module="pocket-k"\} [1-9]/m)
})
