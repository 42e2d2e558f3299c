import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger } from '../../core/log.ts'
import type { GroupEvents, PartitionOf } from './group-source.ts'
import { toBusRecord } from './kafka-record.ts'
import type { KafkaTimeouts } from './options.ts'

/** A fetch brings at most this much of one partition and in all; a larger record comes alone. */
const FETCH_BYTES = { partition: 512 * 1024, all: 4 * 1024 * 1024 }
/** How long a fetch that brought what is not wanted (yet) holds up the next one. */
const UNWANTED_MS = 10
/** A consumer says something at least once a fetch; silent for this much longer than a rebalance takes, it is dead. */
const SILENT_MS = 10_000
/** A disconnect that takes longer is left to itself. */
const DISCONNECT_MS = 10_000

export interface KafkaGroupOptions {
  /** A client of its own: kafkajs keeps the committed offsets of a group per client, for all its consumers together. */
  kafka(): Kafka
  admin: Admin
  groupId: string
  topics: string[]
  timeouts: KafkaTimeouts
  log: Logger
  /** Before each joining, e.g. to create the topics. */
  prepare?(): Promise<unknown>
}

export interface MemberEvents extends GroupEvents {
  /** It does nothing any more, for good. */
  ended(error: unknown): void
}

/** The life of one kafkajs consumer, from joining to its first end. */
export class KafkaMember {
  readonly #consumer: Consumer
  readonly #options: KafkaGroupOptions
  readonly #events: MemberEvents
  #memberId: string | undefined
  #commitOnce: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  #lastSign = performance.now()
  #watch: NodeJS.Timeout | undefined
  #begun: Promise<void> = Promise.resolve()
  #ending = false
  /** From the answer to a JoinGroup to `assigned`: kafkajs is already of the new generation, and we do not know it yet. */
  #joining = false

  constructor(options: KafkaGroupOptions, events: MemberEvents) {
    this.#options = options
    this.#events = events
    const { session, rebalance, fetchWait } = options.timeouts
    this.#consumer = options.kafka().consumer({
      groupId: options.groupId,
      sessionTimeout: session,
      rebalanceTimeout: rebalance,
      heartbeatInterval: Math.max(50, Math.min(3_000, Math.floor(session / 10))),
      maxWaitTimeInMs: fetchWait,
      maxBytesPerPartition: FETCH_BYTES.partition,
      maxBytes: FETCH_BYTES.all,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false }
    })
    this.#listen()
  }

  begin(): void {
    const { topics, timeouts, prepare } = this.#options
    const limitMs = timeouts.session + timeouts.rebalance + SILENT_MS
    this.#watch = setInterval(() => {
      if (performance.now() - this.#lastSign > limitMs) this.#events.ended(new Error('silent'))
    }, timeouts.session)
    this.#watch.unref()
    const run = async (): Promise<void> => {
      await prepare?.()
      if (this.#ending) return
      await this.#consumer.connect()
      if (this.#ending) return
      // Where a group begins is decided by GroupConsumer. Should kafkajs ever decide, then not to skip anything.
      await this.#consumer.subscribe({ topics, fromBeginning: true })
      if (this.#ending) return
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.#take(payload)
      })
    }
    this.#begun = run().catch((error: unknown) => this.#events.ended(error))
  }

  /** Leaves the group. kafkajs cannot be called off while it joins: it would join afterwards, and hold partitions for ever. */
  async end(): Promise<void> {
    this.#ending = true
    clearInterval(this.#watch)
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DISCONNECT_MS)
    })
    const gone = this.#begun.then(() => this.#consumer.disconnect()).catch(() => undefined)
    await Promise.race([gone, enough])
    clearTimeout(timer)
  }

  /** While the consumer is joining or already gone there is nothing to seek in; `assigned` comes again. */
  seek({ topic, partition }: PartitionOf, offset: number): void {
    this.#whileRunning(() => this.#consumer.seek({ topic, partition, offset: String(offset) }))
  }

  pause({ topic, partition }: PartitionOf): void {
    this.#whileRunning(() => this.#consumer.pause([{ topic, partitions: [partition] }]))
  }

  resume({ topic, partition }: PartitionOf): void {
    this.#whileRunning(() => this.#consumer.resume([{ topic, partitions: [partition] }]))
  }

  async commit(offsets: (PartitionOf & { offset: number })[]): Promise<void> {
    if (this.#joining) throw new Error('joining')
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((one) => one.topic === topic)
        .map(({ partition, offset }) => ({ partition, offset: String(offset) }))
    }))
    // The payload's function is the only one of kafkajs that tries once. Before the first batch there is none.
    if (this.#commitOnce) return this.#commitOnce({ topics })
    await this.#consumer.commitOffsets(offsets.map((one) => ({ ...one, offset: String(one.offset) })))
  }

  #listen(): void {
    const { events } = this.#consumer
    const sign = (): void => {
      this.#lastSign = performance.now()
    }
    for (const name of [events.FETCH_START, events.FETCH, events.HEARTBEAT])
      this.#consumer.on(name as 'consumer.heartbeat', sign)
    this.#consumer.on(events.REBALANCING, () => {
      sign()
      this.#events.revoking()
    })
    this.#consumer.on(events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'JoinGroup') this.#joining = true
    })
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      sign()
      this.#joining = false
      const { memberId, memberAssignment } = payload
      const partitions = Object.entries(memberAssignment).flatMap(([topic, list]) =>
        list.map((partition) => ({ topic, partition }))
      )
      // A member that was thrown out gets another id. Under the same id no generation was without it.
      const kept = this.#memberId === memberId
      this.#memberId = memberId
      this.#events.assigned(partitions, kept)
    })
    this.#consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      const { topic, partition, batchSize, lastOffset } = payload
      if (batchSize === 0) this.#events.passedOver({ topic, partition }, Number(lastOffset) + 1)
    })
    this.#consumer.on(events.CRASH, ({ payload }) => this.#events.ended(payload.error))
  }

  async #take({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    this.#commitOnce = commitOffsetsIfNecessary
    const { topic, partition } = batch
    // Not in kafkajs's types: the offset that this fetch asked for. Only by it can records of before a rebalance be told.
    const { fetchedOffset } = batch as unknown as { fetchedOffset: string }
    const wanted = this.#events.fetched({
      topic,
      partition,
      from: Number(fetchedOffset),
      records: batch.messages.map((message) => toBusRecord(topic, partition, message)),
      next: Number(batch.lastOffset()) + 1
    })
    if (wanted) resolveOffset(batch.lastOffset())
    else await new Promise((resolve) => setTimeout(resolve, UNWANTED_MS))
  }

  #whileRunning(call: () => void): void {
    try {
      call()
    } catch {
      // KafkaJSNonRetriableError: the consumer is not running.
    }
  }
}
