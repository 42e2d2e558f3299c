import type { Destination, Sent } from '../../core/destination.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { silentLogger } from '../../core/log.ts'
import { recordWorld } from '../../test/support/record.ts'
import { createOutbox } from './outbox.ts'
import { Sender } from './sender.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
})
afterEach(() => world.stop())

/** A sender over a real outbox, a destination that answers as told, and time that moves only by `advance`. */
async function rig(answer: (id: string) => Sent, onOutcome?: (id: string, sent: Sent) => Promise<void>) {
  let position = 0
  const outbox = createOutbox(
    world.store.sql,
    () => new Date(0),
    () => String(++position).padStart(6, '0')
  )
  await outbox.define()
  const sent: string[] = []
  const waits: { ms: number; work: () => void }[] = []
  const destination: Destination = {
    name: 'peer',
    wants: async () => true,
    build: async () => undefined,
    send: async ({ id }) => {
      sent.push(id)
      return answer(id)
    }
  }
  const sender = new Sender(destination, {
    outbox,
    reader: () => {
      throw new AppError('INTERNAL')
    },
    log: silentLogger,
    later: (ms, work) => {
      waits.push({ ms, work })
      return () => {}
    },
    outbound: () => true,
    onOutcome: (item, outcome) => onOutcome?.(item.itemId, outcome) ?? Promise.resolve()
  })
  const ids = Array.from({ length: 40 }, (_, i) => `item-${String(i).padStart(2, '0')}`)
  await outbox.add(
    ids.map((id) => ({
      destination: 'peer',
      itemId: id,
      resource: 'Task/1',
      versionId: '1',
      payload: { id, mediaType: 'x', bytes: new Uint8Array(1) }
    }))
  )
  const settled = async (check: () => boolean): Promise<void> => {
    while (!check()) await new Promise((resolve) => setImmediate(resolve))
    await sender.stop()
  }
  const states = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await outbox.counts()).map(({ state, n }) => [state, Number(n)]))
  return { sender, outbox, sent, waits, ids, settled, states }
}

test('all go out once, in order, and are durable as delivered', async () => {
  const { sender, sent, ids, settled, states } = await rig(() => ({ kind: 'delivered' }))
  sender.wake()
  await settled(() => sent.length === ids.length)
  expect(sent).toEqual(ids)
  expect(await states()).toEqual({ delivered: 40 })
})

test('a retriable failure holds what is behind it; after the wait it goes on where it stopped, in order', async () => {
  let up = false
  const { sender, sent, ids, waits, settled, states } = await rig((id) =>
    up || id < 'item-05' ? { kind: 'delivered' } : { kind: 'retry', code: 'HTTP_503' }
  )
  sender.wake()
  while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toEqual(ids.slice(0, 6))
  up = true
  waits[0]!.work()
  await settled(() => sent.length === ids.length + 1)
  expect(sent.slice(6)).toEqual(ids.slice(5))
  expect(await states()).toEqual({ delivered: 40 })
})

test('a refusal parks that item and the rest goes on', async () => {
  const { sender, sent, ids, settled, states } = await rig((id) =>
    id === 'item-03' ? { kind: 'refused', code: 'HTTP_422' } : { kind: 'delivered' }
  )
  sender.wake()
  await settled(() => sent.length === ids.length)
  expect(await states()).toEqual({ delivered: 39, parked: 1 })
})

test('a note that is refused for good does not send the item again; one that fails for now does', async () => {
  let failures = 0
  const { sender, sent, ids, waits, states, settled } = await rig(
    () => ({ kind: 'delivered' }),
    async (id) => {
      if (id === 'item-01') throw new AppError('FHIR_INVALID')
      if (id === 'item-39' && failures++ === 0) throw new AppError('STORE_UNAVAILABLE')
    }
  )
  sender.wake()
  while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve))
  waits[0]!.work()
  await settled(() => sent.length === ids.length + 1)
  expect(sent.at(-1)).toBe('item-39')
  expect(await states()).toEqual({ delivered: 40 })
})

test('a peer that asks for a pause gets it, up to the longest wait of ours', async () => {
  const asked = [120_000, 10 * 24 * 60 * 60_000, 1]
  const { sender, waits } = await rig(() => ({ kind: 'retry', code: 'HTTP_503', afterMs: asked[waits.length]! }))
  sender.wake()
  for (let n = 1; n <= asked.length; n++) {
    while (waits.length < n) await new Promise((resolve) => setImmediate(resolve))
    if (n < asked.length) waits[n - 1]!.work()
  }
  await sender.stop()
  expect(waits.map(({ ms }) => ms)).toEqual([120_000, 15 * 60_000, 2000])
})
