import type { Subscription } from '@medplum/fhirtypes'
import { recordWorld } from '../../test/support/record.ts'
import { createOutbox } from './outbox.ts'
import { createSubscriptions } from './subscriptions.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
})
afterEach(() => world.stop())

/** The list of one process, whose clock is `aheadMs` before the store's. */
function inProcess({ aheadMs = 0, skewMs = 5000 } = {}) {
  return createSubscriptions({
    store: world.store,
    outbox: createOutbox(
      world.store.sql,
      () => new Date(),
      () => ''
    ),
    matcher: { compile: () => undefined, matches: () => true },
    sockets: { destination: (_id: string, name: string) => ({ name }) } as never,
    allowedHosts: [],
    clock: () => new Date(Date.now() + aheadMs),
    skewMs,
    mayLeave: () => true
  })
}
const write = (id: string, endpoint: string, status: Subscription['status'] = 'requested') =>
  world.store.write(
    [
      {
        resource: {
          resourceType: 'Subscription',
          id,
          status,
          reason: 'test',
          criteria: 'Task?status=requested',
          channel: { type: 'rest-hook', endpoint }
        }
      }
    ],
    { kind: 'rest' }
  )
const instant = () => new Date().toISOString()
const namesOf = (destinations: { name: string }[]) => destinations.map(({ name }) => name).sort()

test('a Subscription written elsewhere is there for the event after it, also where the clock is ahead', async () => {
  const subscriptions = inProcess({ aheadMs: 3000 })
  expect(await subscriptions.destinations(instant())).toEqual([])
  await write('one', 'http://127.0.0.1:1/a')
  // The event is stamped by the store's clock: earlier than the instant at which this process last looked.
  expect(namesOf(await subscriptions.destinations(instant()))).toEqual(['subscription/one'])
})

test('what stays as it was keeps its destination, and with it its sender; what changed gets a new one', async () => {
  const subscriptions = inProcess()
  await write('one', 'http://127.0.0.1:1/a')
  const [first] = await subscriptions.destinations(instant())
  await write('one', 'http://127.0.0.1:1/a', 'active')
  await write('two', 'http://127.0.0.1:1/b')
  const second = await subscriptions.destinations(instant())
  expect(second[0]).toBe(first)
  expect(namesOf(second)).toEqual(['subscription/one', 'subscription/two'])
  await write('one', 'http://127.0.0.1:1/moved', 'active')
  const third = await subscriptions.destinations(instant())
  expect(third[0]).not.toBe(first)
  expect(third[1]).toBe(second[1])
})

test('one that was removed elsewhere is gone when the list is forgotten', async () => {
  const subscriptions = inProcess()
  await write('one', 'http://127.0.0.1:1/a')
  expect(await subscriptions.destinations(instant())).toHaveLength(1)
  const stored = (await world.store.read<Subscription & { id: string }>('Subscription', 'one'))!
  await world.store.write([{ resource: stored, remove: true }], { kind: 'rest' })
  subscriptions.forget()
  expect(await subscriptions.destinations(instant())).toEqual([])
})
