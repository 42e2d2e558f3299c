import type { Admin, Kafka } from 'kafkajs'
import { createKafka, reasonOf } from '../../../adapters/kafka/client.ts'
import { GroupConsumer } from '../../../adapters/kafka/group-consumer.ts'
import { createKafkaGroup } from '../../../adapters/kafka/kafka-group.ts'
import { positionsOf } from '../../../adapters/kafka/positions.ts'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type {
  BusHandler,
  BusRecord,
  BusSubscription,
  EventBus,
  ParkedRecord,
  SubscribeOptions
} from '../../../core/event-bus.ts'
import { type Logger, silentLogger } from '../../../core/log.ts'
import { parkedId } from '../dead-letter.ts'
import { handleOrPark } from '../handle-or-park.ts'
import { type Scheduler, systemScheduler } from '../scheduler.ts'
import { Appender } from './appender.ts'
import { LogScanner } from './log-scanner.ts'
import type { KafkaBusSettings } from './options.ts'
import { ParkedLog } from './parked-log.ts'
import { Replayer } from './replayer.ts'
import { Topics } from './topics.ts'

const PARKED_PAGE = 1000
const DEFAULT_CONCURRENCY = 8

export interface KafkaBusOptions {
  settings: KafkaBusSettings
  /** Partitions of a topic when it is first used. Default 16. */
  partitions?: number
  clock?: Clock
  scheduler?: Scheduler
  log?: Logger
}

export interface KafkaBus extends EventBus {
  stats(): { appends: number; requests: number; handled: number; retries: number; parked: number }
}

/** The EventBus on Apache Kafka, for any number of processes. */
export function createKafkaBus(options: KafkaBusOptions): KafkaBus {
  const { settings, partitions = 16, clock = systemClock, scheduler = systemScheduler, log = silentLogger } = options
  const newClient = (): Kafka => createKafka(settings, log)
  const client = newClient()
  const admin: Admin = client.admin()
  // kafkajs asks about every topic that a client ever named, all or nothing: one that was deleted shuts the client up for
  // all of them. The client that makes topics therefore never names one in that sense.
  const maker: Admin = newClient().admin()
  const producer = client.producer({
    allowAutoTopicCreation: false,
    // The partition is in the message: chosen as the embedded log does, which is as Kafka does.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0
  })
  const topics = new Topics(maker, settings, partitions)
  const appender = new Appender({
    producer,
    topics,
    clock,
    requestMs: settings.timeouts.request,
    maxQueuedBytes: settings.maxQueuedBytes
  })
  const scanner = new LogScanner({ admin, connection: settings, log, nameOf: (topic) => topics.nameOf(topic) })
  const append = appender.append.bind(appender)
  const parkedLog = new ParkedLog({ scanner, topics, append })
  const replayer = new Replayer({ scanner, topics, parked: parkedLog, append })
  const subscriptions = new Map<string, GroupConsumer>()
  const counts = { handled: 0, retries: 0, parked: 0 }
  const groupOf = (topic: string, group: string): string => `${settings.groupPrefix}${group}.${topic}`

  const disconnect = () => Promise.allSettled([producer, admin, maker].map((one) => one.disconnect()))

  async function park(record: BusRecord, group: string, error: AppError, tries: number): Promise<ParkedRecord> {
    const parkedAt = clock.now().toISOString()
    const id = parkedId(record, group)
    const parked: ParkedRecord = { id, record, group, error: error.toJSON(), parkedAt, tries, state: 'parked' }
    await parkedLog.write(parked)
    counts.parked += 1
    return parked
  }

  return {
    async start() {
      try {
        await Promise.all([admin.connect(), maker.connect(), producer.connect()])
      } catch (cause) {
        await disconnect()
        throw new AppError('BUS_UNAVAILABLE', { reason: reasonOf(cause), cause })
      }
    },

    async stop() {
      await Promise.all([...subscriptions.values()].map((consumer) => consumer.stop()))
      subscriptions.clear()
      await appender.stop()
      await disconnect()
    },

    append,

    async subscribe(
      topic: string,
      group: string,
      handler: BusHandler,
      subscribeOptions: SubscribeOptions = {}
    ): Promise<BusSubscription> {
      const groupId = groupOf(topic, group)
      if (subscriptions.has(groupId)) throw new AppError('CONFIG_INVALID', { reason: 'group-subscribed-twice' })
      await topics.ensure(topic)
      const name = topics.nameOf(topic)
      const ends = subscribeOptions.fromEnd ? await coded(scanner.ends(topic)) : undefined
      const handle = handleOrPark({
        group,
        handler,
        options: subscribeOptions,
        park: (record, error, tries) => park(record, group, error, tries),
        onHandled: () => {
          counts.handled += 1
        },
        onRetry: () => {
          counts.retries += 1
        }
      })
      const consumer = new GroupConsumer({
        source: createKafkaGroup({
          kafka: newClient,
          admin,
          groupId,
          topics: [name],
          timeouts: settings.timeouts,
          log,
          prepare: () => {
            topics.forget(topic)
            return topics.ensure(topic)
          }
        }),
        handle: (record, tries) => handle({ ...record, topic }, tries),
        concurrency: subscribeOptions.concurrency ?? DEFAULT_CONCURRENCY,
        startAt: ({ partition }) => ends?.find((one) => one.partition === partition)?.end,
        after: (ms, run) => scheduler.after(ms, run),
        log
      })
      subscriptions.set(groupId, consumer)
      consumer.start()
      return {
        async stop() {
          await consumer.stop()
          if (subscriptions.get(groupId) === consumer) subscriptions.delete(groupId)
        }
      }
    },

    park,
    parked: ({ topic, state, limit = PARKED_PAGE } = {}) => coded(parkedLog.list({ topic, state, limit })),
    replay: (what) => coded(replayer.replay(what)),

    async lag(topic: string, group: string): Promise<number> {
      return coded(
        (async () => {
          if (!(await topics.exists(topic))) return 0
          const name = topics.nameOf(topic)
          const all = Array.from({ length: await topics.ensure(topic) }, (_, partition) => ({ topic: name, partition }))
          const positions = await positionsOf(admin, groupOf(topic, group), all)
          return positions.reduce(
            (sum, { committed, first, end }) => sum + Math.max(0, end - Math.max(committed ?? first, first)),
            0
          )
        })()
      )
    },

    stats: () => ({ ...counts, appends: appender.appends, requests: appender.requests })
  }
}

/** What kafkajs throws, as the code of the bus. */
async function coded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('BUS_UNAVAILABLE', { reason: reasonOf(cause), cause })
  }
}
