import { FAMILIES } from '../../../core/envelope.ts'
import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import { isRetriable } from '../../../core/errors/to-status.ts'
import type { BusRecord } from '../../../core/event-bus.ts'
import { defineTransport, type Transport, type TransportContext } from '../../../core/transport.ts'
import { createKafka } from '../../kafka/client.ts'
import { GroupConsumer } from '../../kafka/group-consumer.ts'
import { createKafkaGroup } from '../../kafka/kafka-group.ts'
import { type KafkaTopicOptions, readOptions } from './options.ts'
import { toArrival } from './to-arrival.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 30_000

/** Reads the hospital's own Kafka topics as a member of a consumer group. */
export default defineTransport({
  name: 'kafka-topic',
  families: FAMILIES,
  options: (raw) => ({ ...readOptions(raw) }),
  create: createTopicTransport
})

function createTopicTransport(context: TransportContext): Transport {
  const options = readOptions(context.options)
  const { log } = context
  let consumer: GroupConsumer | undefined
  let end = async (): Promise<void> => undefined
  return {
    async start() {
      // Reads the files that it names, so a mistake there ends the start.
      const admin = createKafka(options, log).admin()
      end = () => admin.disconnect().catch(() => undefined)
      consumer = new GroupConsumer({
        source: createKafkaGroup({
          kafka: () => createKafka(options, log),
          admin,
          groupId: options.groupId,
          topics: Object.keys(options.topics),
          timeouts: options.timeouts,
          log,
          // A cluster that is away at our start is one that comes later: joining is tried until it succeeds.
          prepare: () => admin.connect()
        }),
        handle: (record, tries) => take(context, options, record, tries),
        concurrency: options.concurrency,
        startAt: (position) => (options.from === 'end' ? position.end : undefined),
        after: (ms, run) => {
          const timer = setTimeout(run, ms)
          timer.unref()
          return () => clearTimeout(timer)
        },
        log
      })
      consumer.start()
      return { address: `kafka://${options.brokers[0]}/${options.groupId}` }
    },
    async stop() {
      await consumer?.stop()
      consumer = undefined
      await end()
    }
  }
}

/**
 * The offset is committed after `accept` resolved, when the message is durable here. What can be taken later is tried until
 * it is, its partition waiting; what can never be taken is refused, which the feed's story shows, and the rest flows.
 */
async function take(
  context: TransportContext,
  options: KafkaTopicOptions,
  record: BusRecord,
  tries: number
): Promise<number | undefined> {
  const topic = options.topics[record.topic]
  if (!topic) return undefined
  const arrival = toArrival(record, topic)
  try {
    if (record.value.byteLength === 0) throw new AppError('BAD_REQUEST', { reason: 'empty' })
    if (record.value.byteLength > options.maxBytes) throw new AppError('MESSAGE_TOO_LARGE')
    await context.accept(arrival)
  } catch (thrown) {
    const error = asAppError(thrown)
    if (isRetriable(error)) return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 20))
    context.refuse({ ...arrival, bytes: arrival.bytes.subarray(0, options.maxBytes) }, error)
    const { partition, offset } = record
    context.log.warn({ code: error.code, topic: record.topic, partition, offset }, 'record refused')
  }
  return undefined
}
