import type { Task } from '@medplum/fhirtypes'
import { declaredMetrics, parseMetrics } from '../support/prometheus.ts'
import type { World } from '../support/world.ts'
import { admission, ecgMessage, hl7, minutes, msh, order, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { laboratory, subscriber } from './support/receivers.ts'

/** A known small day through the real server, and every count on /metrics that follows from it. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const person = { mrn: 'CANARYMRN', family: 'Canaryfamily', birthDate: '19500301', sex: 'F' }
const logged: Record<string, unknown>[] = []
let lab: Awaited<ReturnType<typeof laboratory>>
let hook: Awaited<ReturnType<typeof subscriber>>
let world: World
let client: ReturnType<typeof sender>
let page: string
let values: Map<string, number>

beforeAll(async () => {
  lab = await laboratory()
  hook = await subscriber()
  world = await hospitalWorld(lab.address, { logStream: { write: (line) => void logged.push(JSON.parse(line)) } })
  client = sender(world)
  const base = { at: now, ...person }
  const subscribed = await fetch(`${world.http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Task?code=risk-alert',
      channel: { type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }
    })
  })
  expect(subscribed.status).toBe(201)
  const admitted = admission({ controlId: 'M1', visit: 'VM', admittedAt: now, ...base })
  // latent 8.2, seed 7: in the highest band (operations.test.ts sends the same).
  const ecg = { controlId: 'M3', filler: 'EM3', acquiredAt: minutes(now, -1), latent: 8.2, seed: 7, ...base }
  await client.send(admitted)
  await client.send(admitted)
  await client.send(
    potassium({ controlId: 'M2', filler: 'FM2', value: '4.4', collectedAt: minutes(now, -300), ...base })
  )
  await quiet(world.app)
  await client.send(ecgMessage(ecg))
  await quiet(world.app)
  // Twenty minutes behind the one before: the clock of the cart moved.
  await client.send(
    ecgMessage({ ...ecg, controlId: 'M4', filler: 'EM4', acquiredAt: minutes(now, -21), latent: 4, seed: 8 })
  )
  await client.send(order({ controlId: 'M5', placer: 'PM5', placedAt: now, ...base }))
  await client.send(
    potassium({ controlId: 'M6', filler: 'FM6', value: '4.1', collectedAt: now, ...base, birthDate: '19501231' })
  )
  await client.send(hl7(msh({ type: 'MFN^M02^MFN_M02', controlId: 'M7', at: now }), 'MFI|PRA'))
  await world.until('the laboratory has the answer to its order', () =>
    lab.received.some(({ type }) => type.startsWith('ORU'))
  )
  await world.until('the subscriber has the alert', () => hook.received.length > 0)
  await quiet(world.app)
  await fetch(`${world.http}/fhir/R4/Patient/CANARYMRN`)
  await fetch(`${world.http}/nowhere/Canaryfamily`)
  page = await world.until('nothing waits to go out', async () => {
    const text = await (await fetch(`${world.http}/metrics`)).text()
    return parseMetrics(text).get('hisbundle_outbox{destination="lab",state="waiting"}') === 0 && text
  })
  values = parseMetrics(page)
}, 60_000)
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await hook?.close()
  await lab?.close()
})

const hl7Feed = 'family="hl7v2",feed="hl7"'

test.each([
  // The second M1 is a duplicate and M7 is refused before the log: six were received.
  [`hisbundle_messages_received_total{${hl7Feed}}`, 6],
  [`hisbundle_messages_duplicate_total{${hl7Feed}}`, 1],
  [`hisbundle_messages_ended_total{code="",${hl7Feed},state="recorded"}`, 5],
  [`hisbundle_messages_ended_total{code="PATIENT_MISMATCH",${hl7Feed},state="parked"}`, 1],
  [`hisbundle_parked{code="PATIENT_MISMATCH",${hl7Feed}}`, 1],
  [`hisbundle_messages_ended_total{code="HL7_UNSUPPORTED_TYPE",${hl7Feed},state="refused"}`, 1],
  ['hisbundle_unsettled', 0],
  [`hisbundle_receipt_minus_acquisition_seconds_count{${hl7Feed}}`, 2],
  // The one of a minute ago is within 300 s, the one of twenty minutes ago within 3600 s.
  [`hisbundle_receipt_minus_acquisition_seconds_bucket{${hl7Feed},le="300"}`, 1],
  [`hisbundle_receipt_minus_acquisition_seconds_bucket{${hl7Feed},le="3600"}`, 2],
  ['hisbundle_alerts_total', 1],
  ['hisbundle_alert_seconds_count', 1],
  ['hisbundle_outbox{destination="lab",state="waiting"}', 0],
  ['hisbundle_outbox_oldest_seconds{destination="lab"}', 0],
  ['hisbundle_subscriptions{status="active"}', 1],
  ['hisbundle_outbound_enabled', 1],
  ['hisbundle_ready', 1],
  ['hisbundle_log_fields_dropped_total', 0],
  ['hisbundle_http_requests_total{method="GET",route="/fhir/R4/:type/:id",status="404"}', 1],
  ['hisbundle_http_requests_total{method="GET",route="other",status="404"}', 1],
  ['hisbundle_http_requests_total{method="POST",route="/fhir/R4/:type",status="201"}', 1],
  ['hisbundle_inference_failed_total', 0]
])('%s is %d', (name, expected) => {
  expect([name, values.get(name)]).toEqual([name, expected])
})

test('what the subscriber and the laboratory received is what was delivered', () => {
  const delivered = (destination: string) =>
    values.get(`hisbundle_delivery_attempts_total{code="",destination="${destination}",outcome="delivered"}`)
  expect([delivered('subscriptions'), delivered('lab')]).toEqual([hook.received.length, lab.received.length])
  expect(values.get('hisbundle_delivery_seconds_count{destination="lab"}')).toBe(lab.received.length)
})

test('every group of the program has its lag, and all of it is handled', () => {
  const lags = [...values].filter(([name]) => name.startsWith('hisbundle_lag{'))
  expect(lags.map(([name]) => /group="([^"]+)"/.exec(name)![1])).toEqual(
    expect.arrayContaining(['ingest', 'inference.pocket-k', 'alerts', 'deliver', 'assembly'])
  )
  expect(lags.filter(([, lag]) => lag !== 0)).toEqual([])
})

test('what the module answered is what is stored', async () => {
  const results = await world.search<{ meta: { versionId: string } }>('RiskAssessment?_count=50')
  const versions = results.reduce((sum, { meta }) => sum + Number(meta.versionId), 0)
  const answered = [...values]
    .filter(([name]) => /^hisbundle_module_(results|refused)_total\{[^}]*module="pocket-k"/.test(name))
    .reduce((sum, [, n]) => sum + n, 0)
  // An answered order makes a result of its own beside the unsolicited one.
  expect(results.length).toBeGreaterThanOrEqual(3)
  expect(answered).toBe(versions)
  expect(values.get('hisbundle_module_latency_seconds_count{module="pocket-k"}')).toBe(versions)
})

test('one commit makes more than one write durable, in the store and on the bus', () => {
  for (const part of ['store', 'bus']) {
    const [commits, writes] = ['commits', 'committed_writes'].map((n) =>
      values.get(`hisbundle_${n}_total{part="${part}"}`)
    )
    expect(commits).toBeGreaterThan(0)
    expect(writes).toBeGreaterThanOrEqual(commits!)
  }
})

test('the process and the model name themselves', () => {
  const info = [...values.keys()].filter((name) => /^hisbundle_(build|model)_info/.test(name))
  expect(info).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`node="${process.version}"`),
      expect.stringMatching(/role="pocket-k\/1",sha256="[0-9a-f]{64}"/)
    ])
  )
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_eventloop_lag_p99_seconds'
  ])
    expect([name, values.get(name)! > 0]).toEqual([name, true])
})

test('no label holds a word of a message, and their number does not grow with what comes in', async () => {
  expect(page).not.toMatch(/canary|19500301|M1|PM5|EM3/i)
  const series = () => [...values.keys()].length
  const before = series()
  for (let i = 0; i < 20; i++) await fetch(`${world.http}/fhir/R4/Type${i}/${i}/x/${i}`)
  for (let i = 0; i < 20; i++) await fetch(`${world.http}/fhir/R4/Patient/${i}`)
  values = parseMetrics(await (await fetch(`${world.http}/metrics`)).text())
  // One more route and status at most, with its buckets.
  expect(series() - before).toBeLessThan(20)
})

test('a jump of a source by more than five minutes opens one task for the people who keep clocks right', async () => {
  const tasks = await world.search<Task>('Task?code=worklist-clock')
  expect(tasks).toMatchObject([{ status: 'requested', code: { coding: [{ code: 'worklist-clock' }] } }])
})

test('one envelope id leads through the log from receipt to delivery', () => {
  const id = logged.find(({ msg, feed }) => msg === 'message received' && feed === 'hl7') as { envelopeId: string }
  const alerting = logged.filter(({ msg, destination }) => msg === 'item delivered' && destination !== 'lab')
  const [envelopeId] = alerting.map((line) => line['envelopeId'])
  expect(id.envelopeId).toMatch(/^[0-9A-Z]{26}$/)
  const story = logged.filter((line) => line['envelopeId'] === envelopeId).map(({ msg }) => msg)
  expect(story).toEqual(
    expect.arrayContaining(['message received', 'message settled', 'module has answered', 'item delivered'])
  )
})

test('every metric has a help text and a unit or kind in its name', () => {
  const odd = [...declaredMetrics(page)].filter(
    ([name, kind]) => (kind === 'counter') !== name.endsWith('_total') || !/^(hisbundle|process|nodejs)_/.test(name)
  )
  expect(odd).toEqual([])
})
