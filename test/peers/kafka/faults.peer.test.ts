import { Kafka, logLevel } from 'kafkajs'
import { AppError } from '../../../core/errors/app-error.ts'
import type { BusRecord } from '../../../core/event-bus.ts'
import { type KafkaPeer, startKafka } from './broker.ts'
import { busSettings, openBus, stopBuses } from './open-bus.ts'

let kafka: KafkaPeer
const message = (key: string, text: string, headers: Record<string, string> = {}) => ({
  key,
  value: Buffer.from(text),
  headers: { 'envelope-id': text, ...headers }
})

/** Handlers' side: effects by identity, and how often each record was handled. */
function effects() {
  const times = new Map<string, number>()
  const waiting: { done(): boolean; resolve(): void }[] = []
  return {
    times,
    note({ headers }: BusRecord): void {
      const id = headers['envelope-id']!
      times.set(id, (times.get(id) ?? 0) + 1)
      for (const { done, resolve } of waiting) if (done()) resolve()
    },
    until: (done: () => boolean): Promise<void> =>
      done() ? Promise.resolve() : new Promise((resolve) => waiting.push({ done, resolve }))
  }
}

const range = (count: number, prefix = 'E'): string[] => Array.from({ length: count }, (_, n) => `${prefix}${n}`)

/** Appends until it is taken, as a sender does that got no acknowledgement. */
async function insist(append: () => Promise<unknown>): Promise<number> {
  for (let refused = 0; ; refused++) {
    try {
      await append()
      return refused
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'BUS_UNAVAILABLE') throw error
    }
  }
}

async function admin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin()
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.disconnect()
  }
}

/** Commits an offset for a group that nobody runs, as an operator's tool does. */
async function setOffset(groupId: string, topic: string, offset: number): Promise<void> {
  const consumer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId,
    maxWaitTimeInMs: 50
  })
  const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachMessage: async () => undefined })
  await joined
  await consumer.commitOffsets([{ topic, partition: 0, offset: String(offset) }])
  await consumer.disconnect()
}

beforeAll(async () => {
  kafka = await startKafka({ configs: { 'message.max.bytes': 300_000 } })
})
afterEach(stopBuses)
afterAll(() => kafka.stop())

test('a broker that is gone: appends are refused by code; back again: all goes on, nothing acknowledged is lost', async () => {
  const settings = busSettings(kafka)
  settings.timeouts = { ...settings.timeouts, connect: 500, request: 1_000 }
  const bus = await openBus(settings)
  const leaving = await openBus(settings)
  const seen = effects()
  await bus.subscribe('t', 'g', async (record) => seen.note(record))
  await leaving.subscribe('t', 'another', async () => undefined)
  await bus.append(
    't',
    range(50, 'before').map((id) => message(id, id))
  )
  await seen.until(() => seen.times.size === 50)
  await kafka.kill()
  await expect(bus.append('t', [message('k', 'refused')])).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' })
  await expect(bus.lag('t', 'g')).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' })
  // Nobody has to wait for a broker to be allowed to leave.
  await leaving.stop()
  const back = kafka.restart()
  await Promise.all(range(50, 'after').map((id) => insist(() => bus.append('t', [message(id, id)]))))
  await back
  const wanted = [...range(50, 'before'), ...range(50, 'after')]
  await seen.until(() => wanted.every((id) => seen.times.has(id)))
  await bus.stop()
}, 90_000)

test('members that come and go while records are handled: each is handled, and none of a held partition goes back', async () => {
  const settings = busSettings(kafka)
  const first = await openBus(settings, { partitions: 8 })
  const seen = effects()
  const handle = async (record: BusRecord): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    seen.note(record)
  }
  const ids = range(3000)
  await first.subscribe('t', 'g', handle)
  const appending = (async () => {
    for (let from = 0; from < ids.length; from += 100)
      await first.append(
        't',
        ids.slice(from, from + 100).map((id) => message(id, id))
      )
  })()
  for (const at of [300, 900, 1500]) {
    await seen.until(() => seen.times.size >= at)
    const other = await openBus(settings, { partitions: 8 })
    await other.subscribe('t', 'g', handle)
    await seen.until(() => seen.times.size >= at + 300)
    await other.stop()
  }
  await appending
  await seen.until(() => seen.times.size === ids.length)
  await first.stop()
  const again = await openBus(settings, { partitions: 8 })
  expect(await again.lag('t', 'g')).toBe(0)
  await again.stop()
}, 90_000)

test('a handler slower than the session keeps its partition: heartbeats go on, no second handling, nothing stuck', async () => {
  const settings = busSettings(kafka)
  settings.timeouts = { ...settings.timeouts, session: 1_000 }
  const bus = await openBus(settings)
  const other = await openBus(settings)
  const seen = effects()
  const handle = async (record: BusRecord): Promise<void> => {
    if (record.headers['slow']) await new Promise((resolve) => setTimeout(resolve, 3_000))
    seen.note(record)
  }
  await bus.subscribe('t', 'g', handle)
  await bus.append('t', [message('k', 'first')])
  await seen.until(() => seen.times.has('first'))
  await bus.append('t', [message('k', 'slow', { slow: 'yes' }), message('k', 'next')])
  await seen.until(() => seen.times.has('next'))
  expect(Object.fromEntries(seen.times)).toEqual({ first: 1, slow: 1, next: 1 })
  await Promise.all([bus.stop(), other.stop()])
})

test('a process that was deaf for longer than its session: thrown out, joins again, does again what it must', async () => {
  const settings = busSettings(kafka)
  settings.timeouts = { ...settings.timeouts, session: 1_000, rebalance: 2_000 }
  const bus = await openBus(settings)
  const seen = effects()
  await bus.subscribe('t', 'g', async (record) => {
    // Nothing else of this process runs meanwhile, heartbeats included.
    if (record.headers['deaf'] && !seen.times.has('deaf'))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500)
    seen.note(record)
  })
  await bus.append('t', [message('k', 'deaf', { deaf: 'yes' }), ...range(20).map((id) => message('k', id))])
  await seen.until(() => seen.times.size === 21)
  await bus.append('t', [message('k', 'later')])
  await seen.until(() => seen.times.has('later'))
  await bus.stop()
  const again = await openBus(settings)
  expect(await again.lag('t', 'g')).toBe(0)
  await again.stop()
})

test('a record that is too large is refused by its code, and those beside it are taken', async () => {
  const bus = await openBus(busSettings(kafka))
  const large = { key: 'k', value: Buffer.alloc(400_000), headers: {} }
  const results = await Promise.allSettled([
    bus.append('t', [message('k', 'a')]),
    bus.append('t', [large]),
    bus.append('t', [message('k', 'b')])
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { code: 'MESSAGE_TOO_LARGE' } })
  await bus.stop()
})

test('the largest record that can be appended can be parked, although that makes it larger', async () => {
  const bus = await openBus(busSettings(kafka))
  const parked = new Promise((resolve) => {
    void bus.subscribe(
      't',
      'g',
      async () => {
        throw new AppError('DECODE_FAILED')
      },
      { onParked: resolve }
    )
  })
  await bus.append('t', [{ key: 'k', value: Buffer.alloc(299_800), headers: {} }])
  await parked
  const [item] = await bus.parked()
  expect(item!.record.value.byteLength).toBe(299_800)
  await bus.stop()
})

test('a topic that somebody deleted is made again by the next append, and its readers go on', async () => {
  const settings = busSettings(kafka)
  const bus = await openBus(settings)
  const seen = effects()
  await bus.subscribe('t', 'g', async (record) => seen.note(record))
  await bus.append(
    't',
    range(30).map((id) => message(id, id))
  )
  await seen.until(() => seen.times.size === 30)
  await admin((client) => client.deleteTopics({ topics: [`${settings.topicPrefix}t`] }))
  await insist(() => bus.append('t', [message('k', 'anew')]))
  await seen.until(() => seen.times.has('anew'))
  await bus.stop()
}, 60_000)

test('offsets set back, set beyond the end and passed by retention: rather twice than never', async () => {
  const settings = busSettings(kafka)
  const [topic, groupId] = [`${settings.topicPrefix}t`, `${settings.groupPrefix}g.t`]
  const ids = range(20)
  const reads = async (wanted: string[]): Promise<Map<string, number>> => {
    const bus = await openBus(settings, { partitions: 1 })
    const seen = effects()
    await bus.subscribe('t', 'g', async (record) => seen.note(record))
    await seen.until(() => wanted.every((id) => seen.times.has(id)))
    await bus.stop()
    return seen.times
  }
  const bus = await openBus(settings, { partitions: 1 })
  await bus.append(
    't',
    ids.map((id) => message('k', id))
  )
  await bus.stop()
  await reads(ids)
  await setOffset(groupId, topic, 15)
  expect([...(await reads(ids.slice(15))).keys()]).toEqual(ids.slice(15))
  await setOffset(groupId, topic, 999)
  expect([...(await reads(ids)).keys()]).toEqual(ids)
  await setOffset(groupId, topic, 3)
  await admin(async (client) => {
    await client.fetchTopicOffsets(topic)
    await client.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] })
  })
  expect([...(await reads(ids.slice(10))).keys()]).toEqual(ids.slice(10))
})

test('what one process parked another sees, replays and lists as replayed', async () => {
  const settings = busSettings(kafka)
  const [one, other] = [await openBus(settings), await openBus(settings)]
  let broken = true
  const seen = effects()
  const parked = new Promise((resolve) => {
    void one.subscribe(
      't',
      'g',
      async (record) => {
        if (broken) throw new AppError('NO_FORMAT')
        seen.note(record)
      },
      { onParked: resolve }
    )
  })
  await one.append('t', [message('k', 'poison')])
  await parked
  broken = false
  const [item] = await other.parked({ topic: 't', state: 'parked' })
  expect(await other.replay({ parkedId: item!.id })).toBe(1)
  expect(await one.replay({ parkedId: item!.id })).toBe(0)
  await seen.until(() => seen.times.has('poison'))
  expect((await one.parked({ state: 'replayed' })).map(({ id }) => id)).toEqual([item!.id])
  await Promise.all([one.stop(), other.stop()])
})

test('finds an envelope by the time in its id without reading what is older', async () => {
  const settings = busSettings(kafka)
  // 2026-01-02T00:00:00Z, 2026-01-20T00:00:00Z
  const [young, old] = ['01KDXEDS00AAAAAAAAAAAAAAAA', '01KFC8J400AAAAAAAAAAAAAAAA']
  const at = (iso: string) => openBus(settings, { partitions: 1, clock: { now: () => new Date(iso) } })
  const january = await at('2026-01-02T00:00:00Z')
  await january.append('t', [message('k', young)])
  await january.stop()
  const later = await at('2026-01-20T00:00:00Z')
  await later.append('t', [message('k', old), { ...message('k', young), headers: { 'envelope-id': young } }])
  expect(await later.replay({ topic: 't', envelopeId: old })).toBe(1)
  expect(await later.replay({ topic: 't', envelopeId: young })).toBe(1)
  // The one of January was taken, not the one of the same id outside its time.
  const seen = effects()
  const origins: string[] = []
  await later.subscribe('t', 'g', async (record) => {
    if (record.headers['replay-of']) origins.push(record.headers['replay-of'])
    seen.note(record)
  })
  await seen.until(() => origins.length === 2)
  expect(origins).toEqual(['t:0:1', 't:0:0'])
  await later.stop()
})
