import type { Producer, ProducerRecord, RecordMetadata } from 'kafkajs'
import { systemClock } from '../../../core/clock.ts'
import { Appender } from './appender.ts'
import type { Topics } from './topics.ts'

const message = (key: string, bytes = 10) => ({ key, value: new Uint8Array(bytes), headers: {} })

/** A producer that answers when told, and topics of four partitions. */
function setUp({ maxQueuedBytes = 1_000_000, answer }: { maxQueuedBytes?: number; answer?: Answer } = {}) {
  const requests: ProducerRecord[] = []
  const forgotten: string[] = []
  const next = new Map<string, number>()
  const place = (record: ProducerRecord): RecordMetadata[] => {
    const bases = new Map<number, number>()
    for (const { partition = 0 } of record.messages) {
      const at = next.get(`${record.topic}:${partition}`) ?? 0
      if (!bases.has(partition)) bases.set(partition, at)
      next.set(`${record.topic}:${partition}`, at + 1)
    }
    return [...bases].map(([partition, base]) => ({
      topicName: record.topic,
      partition,
      errorCode: 0,
      baseOffset: `${base}`
    }))
  }
  const producer = {
    async send(record: ProducerRecord) {
      requests.push(record)
      await new Promise((resolve) => setImmediate(resolve))
      return (answer ?? ((_, placed) => placed()))(record, () => place(record))
    }
  }
  const topics = {
    nameOf: (topic: string) => topic,
    ensure: async () => 4,
    forget: (topic: string) => forgotten.push(topic)
  }
  const appender = new Appender({
    producer: producer as unknown as Producer,
    topics: topics as unknown as Topics,
    clock: systemClock,
    requestMs: 1000,
    maxQueuedBytes
  })
  return { appender, requests, forgotten }
}
type Answer = (record: ProducerRecord, placed: () => RecordMetadata[]) => RecordMetadata[]

/** What kafkajs throws for an error code of the protocol, wrapped as its retries wrap it. */
const protocolError = (type: string) =>
  Object.assign(new Error('x'), { cause: Object.assign(new Error('y'), { type }) })

describe('appending to Kafka', () => {
  test('lets appends that wait together share a request, acks=all, and keeps their order', async () => {
    const { appender, requests } = setUp()
    const placed = await Promise.all(Array.from({ length: 100 }, () => appender.append('t', [message('k')])))
    expect(placed.flat().map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, n) => n))
    expect(requests.length).toBe(1)
    expect(requests[0]!.acks).toBe(-1)
  })

  test('has one request under way for a partition, and does not let one topic wait for another', async () => {
    const { appender, requests } = setUp()
    const first = appender.append('a', [message('k')])
    await undefined
    const others = [appender.append('b', [message('k')]), appender.append('a', [message('k'), message('k')])]
    await Promise.all([first, ...others])
    // The second of topic a waited for the first; b did not.
    expect(requests.map(({ topic, messages }) => [topic, messages.length])).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2]
    ])
  })

  test('refuses the record that is too large, by itself, and appends the others', async () => {
    const answer: Answer = ({ messages }, placed) => {
      if (messages.some(({ value }) => (value as Buffer).byteLength > 50_000)) throw protocolError('MESSAGE_TOO_LARGE')
      return placed()
    }
    const { appender } = setUp({ answer })
    const results = await Promise.allSettled(
      [10, 60_000, 20].map((bytes) => appender.append('t', [message('k', bytes)]))
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { code: 'MESSAGE_TOO_LARGE' } })
  })

  test('does not call durable what kafkajs left out without a word', async () => {
    const { appender, forgotten } = setUp({ answer: () => [] })
    await expect(appender.append('t', [message('k')])).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
      reason: 'not-acknowledged'
    })
    expect(forgotten).toEqual(['t'])
  })

  test('refuses what waits behind a request that failed, and what is beyond its memory, and takes on afterwards', async () => {
    let broken = true
    const answer: Answer = (_, placed) => {
      if (broken) throw protocolError('NOT_ENOUGH_REPLICAS')
      return placed()
    }
    const { appender, requests } = setUp({ answer, maxQueuedBytes: 2_000_000 })
    const sizes = [400_000, 400_000, 400_000, 400_000, 900_000]
    const results = await Promise.allSettled(sizes.map((bytes) => appender.append('t', [message('k', bytes)])))
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason.reason : 'taken'))
    expect(reasons).toEqual([...Array(4).fill('not_enough_replicas'), 'queue-full'])
    expect(requests.length).toBe(1)
    broken = false
    await expect(appender.append('t', [message('k', 900_000)])).resolves.toHaveLength(1)
  })

  test('answers everything that was asked for before it stops', async () => {
    const { appender } = setUp()
    const asked = [appender.append('t', [message('a')]), appender.append('u', [message('b')])]
    await appender.stop()
    await expect(Promise.all(asked)).resolves.toHaveLength(2)
    await expect(appender.append('t', [message('c')])).rejects.toMatchObject({ reason: 'stopped' })
  })
})
