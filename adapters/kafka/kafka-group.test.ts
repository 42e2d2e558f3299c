import type { Admin, EachBatchPayload, Kafka } from 'kafkajs'
import { silentLogger } from '../../core/log.ts'
import type { Fetched } from './group-source.ts'
import { createKafkaGroup } from './kafka-group.ts'
import { KAFKA_TIMEOUTS } from './options.ts'

type Listener = (event: { payload: Record<string, unknown> }) => void
const NAMES = [
  'FETCH_START',
  'FETCH',
  'HEARTBEAT',
  'REBALANCING',
  'REQUEST',
  'GROUP_JOIN',
  'START_BATCH_PROCESS',
  'CRASH'
]
const partition = { topic: 't', partition: 0 }

/** What stands for kafkajs: consumers that do what the test tells them. */
function fakeKafkajs({ joins = Promise.resolve() }: { joins?: Promise<void> } = {}) {
  const consumers: ReturnType<typeof newConsumer>[] = []
  const waiting: { count: number; resolve(): void }[] = []
  function newConsumer() {
    const listeners = new Map<string, Listener>()
    const calls: string[] = []
    let eachBatch: (payload: EachBatchPayload) => Promise<void> = async () => undefined
    return {
      calls,
      events: Object.fromEntries(NAMES.map((name) => [name, name])),
      on: (name: string, listener: Listener) => listeners.set(name, listener),
      emit: (name: string, payload: Record<string, unknown> = {}) => listeners.get(name)!({ payload }),
      join: (memberId: string, partitions: number[]) =>
        listeners.get('GROUP_JOIN')!({ payload: { memberId, memberAssignment: { t: partitions } } }),
      connect: async () => calls.push('connect'),
      subscribe: async () => calls.push('subscribe'),
      async run(config: { eachBatch: typeof eachBatch }) {
        eachBatch = config.eachBatch
        calls.push('run')
        await joins
      },
      disconnect: async () => calls.push('disconnect'),
      seek: ({ offset }: { offset: string }) => calls.push(`seek ${offset}`),
      resume: () => calls.push('resume'),
      commitOffsets: async () => calls.push('commitOffsets'),
      /** A fetched batch; resolves with what was called meanwhile. */
      async batch(fetchedOffset: string, last: string): Promise<void> {
        await eachBatch({
          batch: { topic: 't', partition: 0, fetchedOffset, messages: [], lastOffset: () => last },
          resolveOffset: (offset: string) => calls.push(`resolve ${offset}`),
          commitOffsetsIfNecessary: async ({ topics }: { topics: { partitions: { offset: string }[] }[] }) =>
            calls.push(`commit ${topics[0]!.partitions[0]!.offset}`)
        } as unknown as EachBatchPayload)
      }
    }
  }
  const kafka = () => ({
    consumer() {
      const consumer = newConsumer()
      consumers.push(consumer)
      for (const { count, resolve } of waiting) if (consumers.length >= count) resolve()
      return consumer
    }
  })
  const group = createKafkaGroup({
    kafka: kafka as unknown as () => Kafka,
    admin: {} as Admin,
    groupId: 'g',
    topics: ['t'],
    timeouts: KAFKA_TIMEOUTS,
    log: silentLogger
  })
  const told: string[] = []
  const fetched: Fetched[] = []
  let wanted = true
  group.start({
    assigned: (partitions, kept) => told.push(`assigned ${partitions.length}${kept ? ' kept' : ''}`),
    fetched(one) {
      fetched.push(one)
      return wanted
    },
    passedOver: (_, next) => told.push(`passed over ${next}`),
    revoking: () => told.push('revoking')
  })
  return {
    group,
    told,
    fetched,
    consumers,
    want: (value: boolean) => {
      wanted = value
    },
    until: (count: number) =>
      consumers.length >= count ? undefined : new Promise<void>((resolve) => waiting.push({ count, resolve }))
  }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('kafkajs as a member of a group', () => {
  test('commits by one attempt, as who it is at that moment, and never between a join and what came of it', async () => {
    const { group, consumers } = fakeKafkajs()
    await turn()
    const [consumer] = consumers
    consumer!.join('m', [0])
    await consumer!.batch('0', '4')
    await group.commit([{ ...partition, offset: 3 }])
    consumer!.emit('REBALANCING')
    await group.commit([{ ...partition, offset: 4 }])
    consumer!.emit('REQUEST', { apiName: 'JoinGroup' })
    await expect(group.commit([{ ...partition, offset: 5 }])).rejects.toThrow('joining')
    consumer!.join('m', [0])
    await group.commit([{ ...partition, offset: 5 }])
    expect(consumer!.calls.filter((call) => call.startsWith('commit'))).toEqual(['commit 3', 'commit 4', 'commit 5'])
    await group.stop()
  })

  test('does not let kafkajs move on over records that were not taken', async () => {
    const { group, consumers, want, fetched } = fakeKafkajs()
    await turn()
    await consumers[0]!.batch('0', '4')
    want(false)
    await consumers[0]!.batch('5', '9')
    expect(fetched.map(({ from, next }) => [from, next])).toEqual([
      [0, 5],
      [5, 10]
    ])
    expect(consumers[0]!.calls.filter((call) => call.startsWith('resolve'))).toEqual(['resolve 4'])
    await group.stop()
  })

  test('knows a member that was thrown out by its new id, and tells of control records', async () => {
    const { group, told, consumers } = fakeKafkajs()
    await turn()
    const [consumer] = consumers
    consumer!.join('a', [0, 1])
    consumer!.join('a', [0])
    consumer!.join('b', [0])
    consumer!.emit('START_BATCH_PROCESS', { ...partition, batchSize: 0, lastOffset: '7' })
    expect(told).toEqual(['assigned 2', 'assigned 1 kept', 'assigned 1', 'passed over 8'])
    await group.stop()
  })

  test('follows every end of a consumer with a new one, and holds nothing in between', async () => {
    const { group, told, consumers, until } = fakeKafkajs()
    await turn()
    consumers[0]!.join('a', [0])
    consumers[0]!.emit('CRASH', { error: new Error('x'), restart: false })
    expect(told).toEqual(['assigned 1', 'assigned 0'])
    await expect(group.commit([{ ...partition, offset: 1 }])).rejects.toThrow('no member')
    await until(2)
    expect(consumers[0]!.calls).toContain('disconnect')
    // What the old one still says is not heard.
    consumers[0]!.join('a', [0])
    await turn()
    consumers[1]!.join('b', [0])
    expect(told).toEqual(['assigned 1', 'assigned 0', 'assigned 1'])
    await group.stop()
  })

  test('stopped while it joins, it leaves once it has joined: kafkajs cannot be called off', async () => {
    let joined = (): void => undefined
    const joins = new Promise<void>((resolve) => {
      joined = resolve
    })
    const { group, consumers } = fakeKafkajs({ joins })
    await turn()
    const stopping = group.stop()
    await turn()
    expect(consumers[0]!.calls).toEqual(['connect', 'subscribe', 'run'])
    joined()
    await stopping
    expect(consumers[0]!.calls).toEqual(['connect', 'subscribe', 'run', 'disconnect'])
  })
})
