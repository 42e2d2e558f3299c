import type { DiagnosticReport, Observation, RiskAssessment } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { LiveDevice } from '../support/live-device.ts'
import { buildWorld, pocketK, type World } from '../support/world.ts'
import { type HeldBy, helloOf, known, leadOne, RATE_HZ } from './support/handheld.ts'

/** Lead I by WebSocket, over real sockets: docs/handheld.md. */
const ADA: HeldBy = { mrn: 'H1', family: 'Sim', given: 'Ada', birthDate: '19480504', sex: 'F' }
const now = new Date()
let world: World
const devices: LiveDevice[] = []
const device = (): LiveDevice => {
  const made = new LiveDevice(world.http)
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
          options: { maxSpeed: 100, windowSeconds: 30, idleSeconds: 2 },
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
  const adt = createMllpClient({ host, port: Number(port), timeoutMs: 10_000 })
  expect((await adt.send(known(ADA, now))).code).toBe('AA')
  await adt.close()
  await world.until('the person', async () => (await world.search('Patient?identifier=H1')).length > 0)
}, 30_000)
afterAll(async () => {
  for (const one of devices) one.cut()
  await world.stop()
})

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
  const ecgs = await world.search<Observation>('Observation?code=http://loinc.org|11524-6&patient.identifier=H1')
  expect(ecgs).toHaveLength(2)
  held.say({ type: 'bye' })
  expect(await held.ended()).toEqual({ code: 1000, reason: 'bye' })
  expect(held.of('bye')).toHaveLength(1)
})
