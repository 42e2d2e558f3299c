import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImagingStudy, Observation } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { minutes, potassium } from '../integration/support/hospital.ts'
import { json } from '../integration/support/kill-site.ts'
import { subscriber } from '../integration/support/receivers.ts'
import { buildWorld, type World } from '../support/world.ts'
import { sentFor } from './load.ts'

const HOUR_MS = 60 * 60_000
const SAID = new Date('2026-03-01T12:00:00Z')

/** A wall clock that a person, NTP or a hypervisor sets; between two settings it runs. */
function settableClock(start = '2026-03-01T12:30:00Z') {
  let offsetMs = Date.parse(start) - performance.now()
  return {
    now: () => new Date(performance.now() + offsetMs),
    step(ms: number): void {
      offsetMs += ms
    }
  }
}

let dir: string
let world: World | undefined
let hook: Awaited<ReturnType<typeof subscriber>> | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-clock-'))
})
afterEach(async () => {
  await world?.stop({ keep: true })
  await hook?.close()
  world = undefined
  hook = undefined
  rmSync(dir, { recursive: true, force: true })
})

const start = async (clock: { now(): Date }): Promise<World> => {
  world = await buildWorld({ clock, dataDir: dir, mode: 'off' })
  return world
}

const subscribe = (to: World, url: string) =>
  json(`${to.http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Observation?code=http://loinc.org|2823-3',
      channel: { type: 'rest-hook', endpoint: url, payload: 'application/fhir+json' }
    })
  })

/** A potassium result; `said` is MSH-7. */
async function send(to: World, n: number, { filler = `F${n}`, value = `4.${n}`, said = minutes(SAID, n) } = {}) {
  const { hostname: host, port } = new URL(to.address('hl7').replace('mllp:', 'http:'))
  const client = createMllpClient({ host, port: Number(port), timeoutMs: 20_000 })
  const { code } = await client.send(
    potassium({ controlId: `K${n}`, at: said, filler, value, collectedAt: SAID, mrn: 'CLOCK' })
  )
  await client.close()
  expect(code).toBe('AA')
}

const valuesOf = (bodies: { body: string }[]): (number | undefined)[] =>
  bodies.map(({ body }) => (JSON.parse(body) as Observation).valueQuantity?.value)

test.each([
  ['an hour back', -HOUR_MS],
  ['a day forward', 24 * HOUR_MS],
  ['the hour of a daylight-saving night twice', -HOUR_MS],
  ['a leap second twice', -1000]
])(
  '%s: every result is told of once, in order, and no stamp goes back',
  async (_what, stepMs) => {
    const clock = settableClock()
    hook = await subscriber()
    const server = await start(clock)
    await subscribe(server, hook.url)
    await send(server, 1)
    await server.until('the first notification', () => hook!.received.length >= 1)
    clock.step(stepMs)
    for (const n of [2, 3, 4]) await send(server, n)
    await server.until('all notifications', () => hook!.received.length >= 4)
    expect(valuesOf(hook.received)).toEqual([4.1, 4.2, 4.3, 4.4])
    const stamps = (await server.search<Observation>('Observation?code=http://loinc.org|2823-3'))
      .sort((a, b) => a.valueQuantity!.value! - b.valueQuantity!.value!)
      .map(({ meta }) => meta!.lastUpdated!)
    expect(stamps).toEqual([...stamps].sort())
  },
  30_000
)

test('a Subscription made after the clock was set back hears of what follows', async () => {
  const clock = settableClock()
  hook = await subscriber()
  const server = await start(clock)
  await send(server, 1)
  await server.until('the first result', async () => (await server.search('Observation')).length > 0)
  clock.step(-HOUR_MS)
  await subscribe(server, hook.url)
  await send(server, 2)
  await server.until('the notification', () => hook!.received.length >= 1)
  expect(valuesOf(hook.received)).toEqual([4.2])
})

test('of two statements of the same time the one received later holds, over a restart with the clock an hour back', async () => {
  const clock = settableClock()
  const before = await start(clock)
  await send(before, 1, { filler: 'SAME', value: '4.1', said: SAID })
  await before.until('the first value', async () => (await before.search('Observation?value-quantity=4.1')).length > 0)
  await before.stop({ keep: true })
  clock.step(-HOUR_MS)
  const after = await start(clock)
  await send(after, 2, { filler: 'SAME', value: '5.2', said: SAID })
  await after.until('the message', async () => {
    const { messages } = await after.admin<{
      messages: { state: string; correlation: { messageControlId?: string } }[]
    }>('/admin/messages')
    return messages.some(({ state, correlation }) => state === 'recorded' && correlation.messageControlId === 'K2')
  })
  const [result] = await after.search<Observation>('Observation?code=http://loinc.org|2823-3')
  expect(result?.valueQuantity?.value).toBe(5.2)
})

test('what waits for a destination keeps its order over a restart with the clock an hour back', async () => {
  const clock = settableClock()
  let isUp = false
  hook = await subscriber(() => (isUp ? 200 : 503))
  const before = await start(clock)
  await subscribe(before, hook.url)
  await send(before, 1)
  await before.until('the first in the outbox', async () => (await waiting(before)) >= 1)
  await before.stop({ keep: true })
  clock.step(-HOUR_MS)
  const after = await start(clock)
  await send(after, 2)
  await after.until('the second in the outbox', async () => (await waiting(after)) >= 2)
  isUp = true
  after.app.delivery.wake()
  await after.until('both notifications', () => hook!.received.length >= 2)
  expect(valuesOf(hook.received)).toEqual([4.1, 4.2])
})

const waiting = async (at: World): Promise<number> => {
  const { queues } = await at.admin<{ queues: { state: string; n: number }[] }>('/admin/outbox')
  return queues.filter(({ state }) => state === 'waiting').reduce((sum, { n }) => sum + n, 0)
}

test('a series whose quiet time runs while the clock is set back is recorded without waiting the hour', async () => {
  const clock = settableClock()
  const server = await start(clock)
  const frames = sentFor('55', SAID).filter(({ line }) => line === 'scanner')
  await sendInstances(
    parseDicomAddress(server.address('dicom').replace('dicom://', 'dicom://CART@')),
    frames.map(({ item }) => item.bytes),
    { timeoutMs: 20_000 }
  )
  clock.step(-HOUR_MS)
  const study = await server.until('the series', async () => (await server.search<ImagingStudy>('ImagingStudy'))[0])
  expect(study.numberOfInstances).toBe(frames.length)
})
