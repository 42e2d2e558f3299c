import type { Destination, Sent } from '../../core/destination.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { silentLogger } from '../../core/log.ts'
import { recordWorld } from '../../test/support/record.ts'
import { createOutbox } from './outbox.ts'
import { createSenders } from './senders.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
})
afterEach(() => world.stop())

let position = 0
const outboxOf = () =>
  createOutbox(
    world.store.sql,
    () => new Date(0),
    () => String(++position).padStart(8, '0')
  )

/** The senders of one process; what they send is noted with its name. */
function inProcess(name: string, sent: string[], answer: () => Promise<Sent> = async () => ({ kind: 'delivered' })) {
  const outbox = outboxOf()
  const senders = createSenders({
    coordination: world.store.coordination,
    outbox,
    reader: () => {
      throw new AppError('INTERNAL')
    },
    log: silentLogger,
    later: () => () => {},
    outbound: () => true
  })
  const destination = (to: string, more: Partial<Destination> = {}): Destination => ({
    name: to,
    wants: async () => true,
    build: async () => undefined,
    async send({ id }) {
      sent.push(`${name}:${id}`)
      return answer()
    },
    ...more
  })
  return { senders, destination, outbox }
}
const queue = async (destination: string, ids: string[]): Promise<void> => {
  const outbox = outboxOf()
  await outbox.define()
  const payload = (id: string) => ({ id, mediaType: 'text/plain', bytes: Buffer.from(id) })
  await outbox.add(ids.map((id) => ({ destination, itemId: id, resource: 'x', versionId: '', payload: payload(id) })))
}
async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `item-${from + i}`)

test('of two processes one sends to a destination; when it stops, the other goes on where it was', async () => {
  await queue('lab', ids(0, 10))
  const sent: string[] = []
  const [one, two] = [inProcess('one', sent), inProcess('two', sent)]
  await one.senders.follow([one.destination('lab')])
  await two.senders.follow([two.destination('lab')])
  await until(() => sent.length === 10)
  await queue('lab', ids(10, 15))
  two.senders.wake('lab')
  one.senders.wake('lab')
  await until(() => sent.length === 15)
  expect(sent).toEqual(ids(0, 15).map((id) => `one:${id}`))
  await one.senders.stop()
  await queue('lab', ids(15, 20))
  two.senders.wake('lab')
  await until(() => sent.length === 20)
  expect(sent.slice(15)).toEqual(ids(15, 20).map((id) => `two:${id}`))
  await two.senders.stop()
})

test('a destination that another process cannot reach is left to the one that can', async () => {
  await queue('socket', ['ping'])
  const sent: string[] = []
  const [one, two] = [inProcess('one', sent), inProcess('two', sent)]
  await one.senders.follow([one.destination('socket', { isReachable: () => false })])
  await two.senders.follow([two.destination('socket', { isReachable: () => true })])
  await until(() => sent.length === 1)
  expect(sent).toEqual(['two:ping'])
  await Promise.all([one.senders.stop(), two.senders.stop()])
})

test('a destination that changed gets a new sender, after the old one has ended; one that is gone gets none', async () => {
  await queue('hook', ['first'])
  const sent: string[] = []
  let stopped = 0
  const { senders, destination } = inProcess('one', sent)
  const old = destination('hook', {
    async stop() {
      stopped++
    }
  })
  await senders.follow([old])
  await until(() => sent.length === 1)
  await senders.follow([old])
  expect(stopped).toBe(0)
  await senders.follow([destination('hook')])
  expect(stopped).toBe(1)
  await queue('hook', ['second'])
  senders.wake('hook')
  await until(() => sent.length === 2)
  await senders.follow([])
  await queue('hook', ['third'])
  senders.wake('hook')
  await senders.stop()
  expect(sent).toEqual(['one:first', 'one:second'])
})
