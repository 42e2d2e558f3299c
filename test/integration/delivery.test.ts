import type { Observation, OperationOutcome, Subscription } from '@medplum/fhirtypes'
import WebSocket from 'ws'
import type { World } from '../support/world.ts'
import { minutes, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { laboratory, subscriber } from './support/receivers.ts'

/** Subscriptions over real sockets (hardening A1-1 to A1-3, rules section 8). */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const CRITERIA = 'Observation?code=http://loinc.org|2823-3&status=final'
let lab: Awaited<ReturnType<typeof laboratory>>
let world: World
let client: ReturnType<typeof sender>
beforeAll(async () => {
  lab = await laboratory()
  world = await hospitalWorld(lab.address)
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
})

let n = 0
const lab1 = async (mrn: string, filler: string, value: string, status = 'F') => {
  n++
  const { code } = await client.send(
    potassium({ controlId: `N${n}`, at: minutes(now, n), filler, value, collectedAt: minutes(now, -10), status, mrn })
  )
  expect(code).toBe('AA')
}
const post = (resource: object) =>
  fetch(`${world.http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource)
  })
const subscription = (channel: object, criteria = CRITERIA) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria,
  channel
})
const subscribe = async (channel: object, criteria = CRITERIA): Promise<string> => {
  const response = await post(subscription(channel, criteria))
  expect(response.status).toBe(201)
  return ((await response.json()) as Subscription).id!
}
const hookOf = (endpoint: string) => ({ type: 'rest-hook', endpoint, payload: 'application/fhir+json' })
const statusOf = async (id: string) => (await world.fhir<Subscription>(`Subscription/${id}`)).status
const remove = (id: string) => fetch(`${world.http}/fhir/R4/Subscription/${id}`, { method: 'DELETE' })

test('an endpoint that is down and comes back misses nothing: each event once, in order per patient, error meanwhile', async () => {
  const first = await subscriber()
  const id = await subscribe(hookOf(first.url))
  await world.until('active', async () => (await statusOf(id)) === 'active')
  await lab1('DA', 'FDA0', '4.0')
  await world.until('the first notification', () => first.received.length === 1)
  await first.close()
  for (let i = 1; i <= 12; i++) await lab1(i % 2 ? 'DA' : 'DB', `FDA${i}`, `4.${i % 10}`)
  await world.until('error', async () => (await statusOf(id)) === 'error')
  expect((await world.fhir<Subscription>(`Subscription/${id}`)).error).toBe('DESTINATION_UNREACHABLE')
  const second = await subscriber(() => 200, first.port)
  await world.until('the rest', () => second.received.length >= 12)
  await world.until('active again', async () => (await statusOf(id)) === 'active')
  const told = second.received.map(({ eventId }) => eventId)
  expect(new Set(told).size).toBe(12)
  expect(told).toHaveLength(12)
  const sent = second.received.map(({ body }) => JSON.parse(body) as Observation)
  // Between two patients no order is promised: whose first notification comes first is open.
  const byPatient = Map.groupBy(sent, (o) => o.subject!.reference)
  const values = [...byPatient.values()].map((all) => all.map((o) => o.valueQuantity!.value!))
  expect(values.sort(([a = 0], [b = 0]) => a - b)).toEqual([
    [4.1, 4.3, 4.5, 4.7, 4.9, 4.1],
    [4.2, 4.4, 4.6, 4.8, 4.0, 4.2]
  ])
  expect((await world.fhir<Subscription>(`Subscription/${id}`)).error).toBeUndefined()
  await remove(id)
  await second.close()
})

test('an endpoint that hangs does not delay another', async () => {
  const hanging = await subscriber(() => null)
  const quick = await subscriber()
  const ids = [await subscribe(hookOf(hanging.url)), await subscribe(hookOf(quick.url))]
  await lab1('DC', 'FDC1', '4.1')
  await world.until('the quick one', () => quick.received.length === 1)
  const began = performance.now()
  await lab1('DC', 'FDC2', '4.2')
  await world.until('the quick one again', () => quick.received.length === 2)
  expect(performance.now() - began).toBeLessThan(5000)
  expect(hanging.received).toEqual([])
  await Promise.all(ids.map(remove))
  await hanging.close()
  await quick.close()
})

test.each([
  ['C', '6.4', 'corrected'],
  ['D', '4.4', 'entered-in-error'],
  ['W', '4.4', 'entered-in-error'],
  ['X', '4.4', 'cancelled']
])(
  'OBX-11 %s after a value reaches whoever got the value, though the criteria no longer match',
  async (status, value, expected) => {
    const hook = await subscriber()
    const late = await subscriber()
    const id = await subscribe(hookOf(hook.url))
    await lab1(`DD${status}`, `FDD${status}`, '4.4')
    await world.until('the value', () => hook.received.length === 1)
    // This one never got the value: what takes it back is no news here.
    const other = await subscribe(hookOf(late.url))
    await lab1(`DD${status}`, `FDD${status}`, value, status)
    await world.until('the retraction', () => hook.received.length === 2)
    const [before, after] = hook.received.map(({ body }) => JSON.parse(body) as Observation)
    expect([after!.id, after!.status]).toEqual([before!.id, expected])
    await lab1(`DD${status}`, `FDE${status}`, '4.6')
    await world.until('the next value', () => late.received.length === 1)
    expect(JSON.parse(late.received[0]!.body)).toMatchObject({ valueQuantity: { value: 4.6 } })
    await Promise.all([remove(id), remove(other)])
    await hook.close()
    await late.close()
  }
)

/** A WebSocket whose texts can be awaited. */
async function socketTo(id: string) {
  const socket = new WebSocket(`${world.http.replace('http:', 'ws:')}/fhir/R4/ws`)
  const texts: string[] = []
  socket.on('message', (data) => texts.push(String(data)))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(`bind ${id}`)
  return {
    texts,
    close: () => new Promise((resolve) => socket.once('close', resolve).close())
  }
}

test('a websocket is bound, hears a ping for each event, and loses nothing while nobody is bound', async () => {
  const id = await subscribe({ type: 'websocket' })
  const first = await socketTo(id)
  await world.until('bound', () => first.texts[0] === `bound ${id}`)
  await lab1('DW', 'FDW1', '4.1')
  await world.until('a ping', () => first.texts.length === 2)
  await first.close()
  for (const i of [2, 3, 4]) await lab1('DW', `FDW${i}`, '4.2')
  await world.until('they wait', async () => {
    const { queues } = await world.admin<{ queues: { destination: string; state: string; n: number }[] }>(
      '/admin/outbox'
    )
    return queues.find((q) => q.destination === `subscription/${id}` && q.state === 'waiting')?.n === 3
  })
  const second = await socketTo(id)
  await world.until('three pings', () => second.texts.length === 4)
  expect(second.texts).toEqual([`bound ${id}`, ...Array.from({ length: 3 }, () => `ping ${id}`)])
  await second.close()
  await remove(id)
})

const HOOK = hookOf('http://127.0.0.1:9/x')
test.each([
  ['an unknown type', subscription(HOOK, 'Nonsense?code=1'), 'criteria'],
  ['an unknown parameter', subscription(HOOK, 'Observation?kode=1'), 'criteria'],
  ['no criteria', subscription(HOOK, ''), 'criteria'],
  ['a parameter of another type', subscription(HOOK, 'RiskAssessment?status=final'), 'criteria'],
  ['a channel that is not offered', subscription({ type: 'sms', endpoint: 'tel:1' }), 'channel.type'],
  ['an endpoint that is no address', subscription({ type: 'rest-hook', endpoint: 'nowhere' }), 'channel.endpoint'],
  ['no endpoint', subscription({ type: 'rest-hook' }), 'channel.endpoint'],
  ['a payload that is not offered', subscription({ ...HOOK, payload: 'text/html' }), 'channel.payload'],
  ['a header that frames the call', subscription({ ...HOOK, header: ['Host: intranet.example'] }), 'channel.header'],
  ['a header that no client can send', subscription({ ...HOOK, header: ['x: caf\u00e9'] }), 'channel.header'],
  ['an address with a password', subscription({ ...HOOK, endpoint: 'http://a:b@127.0.0.1/' }), 'channel.endpoint'],
  ['a header that splits lines', subscription({ ...HOOK, header: ['x: y\r\nz: w'] }), 'channel.header'],
  ['an end in the past', { ...subscription(HOOK), end: '2020-01-01T00:00:00Z' }, 'end'],
  [
    'an endpoint inside the machine that is not allowed',
    subscription(hookOf('http://169.254.169.254/x')),
    'channel.endpoint'
  ]
])('a subscription that could never fire is refused with the reason: %s', async (_, resource, at) => {
  const response = await post(resource)
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(response.status).toBeLessThan(500)
  const outcome = (await response.json()) as OperationOutcome
  expect(outcome.resourceType).toBe('OperationOutcome')
  expect(JSON.stringify(outcome)).toContain(at)
})
