import type { Message, Producer } from 'kafkajs'
import { reasonOf } from '../../../adapters/kafka/client.ts'
import type { Clock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { BusMessage, Placed } from '../../../core/event-bus.ts'
import { partitionOf } from '../partitioner.ts'
import type { Topics } from './topics.ts'

/** One request carries at most this much unless a single record is larger; brokers take 1 MiB a batch by default. */
const REQUEST_BYTES = 512 * 1024
/** About what key, headers and framing of a record add. */
const RECORD_OVERHEAD = 200
/** Requests under way for one topic, each for its share of the partitions. */
const LANES = 4
const TOO_LARGE = ['message_too_large', 'record_list_too_large']

interface Waiting {
  message: BusMessage
  bytes: number
  partition: number
  resolve(placed: Placed): void
  reject(error: AppError): void
}

interface Lane {
  waiting: Waiting[]
  running: boolean
}

export interface AppenderDeps {
  producer: Producer
  topics: Topics
  clock: Clock
  requestMs: number
  maxQueuedBytes: number
}

/**
 * Appends with acks=all. The partitions of a topic are shared out to a few lanes; each has one request under way, and all that
 * is asked meanwhile goes with its next one, in the order in which it was asked: appends share round trips and flushes, and
 * order does not hang on how kafkajs repeats a request.
 * A request that is repeated may write a record twice; who reads it knows it by its id.
 */
export class Appender {
  readonly #deps: AppenderDeps
  readonly #lanes = new Map<string, Lane>()
  #queuedBytes = 0
  #asked = 0
  readonly #idle: (() => void)[] = []
  #stopping = false
  appends = 0
  requests = 0

  constructor(deps: AppenderDeps) {
    this.#deps = deps
  }

  async append(topic: string, messages: BusMessage[]): Promise<Placed[]> {
    if (messages.length === 0) return []
    if (this.#stopping) throw new AppError('BUS_UNAVAILABLE', { reason: 'stopped' })
    const bytes = messages.map((message) => sizeOf(message))
    const total = bytes.reduce((sum, each) => sum + each, 0)
    if (this.#queuedBytes > 0 && this.#queuedBytes + total > this.#deps.maxQueuedBytes)
      throw new AppError('BUS_UNAVAILABLE', { reason: 'queue-full' })
    this.#queuedBytes += total
    this.#asked += 1
    try {
      // Those who wait here go on in the order in which they came, so the lanes are filled in the order of the calls.
      const partitions = await this.#deps.topics.ensure(topic)
      const placed = messages.map((message, i) => this.#enqueue(topic, message, bytes[i]!, partitions))
      const results = await Promise.allSettled(placed)
      return results.map((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      })
    } finally {
      this.#queuedBytes -= total
      this.#asked -= 1
      if (this.#asked === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  /** Ends when everything that was asked for is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#asked > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #enqueue(topic: string, message: BusMessage, bytes: number, partitions: number): Promise<Placed> {
    const partition = partitionOf(message.key, partitions)
    const name = `${topic} ${partition % LANES}`
    const lane = this.#lanes.get(name) ?? { waiting: [], running: false }
    this.#lanes.set(name, lane)
    return new Promise<Placed>((resolve, reject) => {
      lane.waiting.push({ message, bytes, partition, resolve, reject })
      if (!lane.running) void this.#run(topic, lane)
    })
  }

  /** Until nothing waits; never rejects. */
  async #run(topic: string, lane: Lane): Promise<void> {
    lane.running = true
    // After the current turn, so that all callers of this turn share the request.
    await undefined
    while (lane.waiting.length > 0) {
      const batch = takeBatch(lane.waiting)
      try {
        await this.#send(topic, batch)
      } catch (thrown) {
        const error =
          thrown instanceof AppError
            ? thrown
            : new AppError('BUS_UNAVAILABLE', { reason: reasonOf(thrown), cause: thrown })
        // What waits behind would wait as long and fail as well.
        for (const item of [...batch, ...lane.waiting.splice(0)]) item.reject(error)
      }
    }
    lane.running = false
  }

  /** One request, or one for each record when the brokers find the batch too large. */
  async #send(topic: string, batch: Waiting[]): Promise<void> {
    const name = this.#deps.topics.nameOf(topic)
    const timestamp = String(this.#deps.clock.now().getTime())
    const messages = batch.map((item) => toKafka(item, timestamp))
    this.requests += 1
    try {
      const answered = await this.#deps.producer.send({
        topic: name,
        acks: -1,
        timeout: this.#deps.requestMs,
        messages
      })
      const next = new Map(answered.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]))
      for (const item of batch) {
        const offset = next.get(item.partition)
        // kafkajs leaves out, without a word, what falls to a partition that its metadata does not name.
        if (offset === undefined || Number.isNaN(offset)) {
          this.#deps.topics.forget(topic)
          item.reject(new AppError('BUS_UNAVAILABLE', { reason: 'not-acknowledged' }))
          continue
        }
        next.set(item.partition, offset + 1)
        this.appends += 1
        item.resolve({ partition: item.partition, offset })
      }
    } catch (cause) {
      const reason = reasonOf(cause)
      if (reason === 'unknown_topic_or_partition') this.#deps.topics.forget(topic)
      if (!TOO_LARGE.includes(reason)) throw cause
      if (batch.length === 1) batch[0]!.reject(new AppError('MESSAGE_TOO_LARGE', { reason, cause }))
      else for (const item of batch) await this.#send(topic, [item])
    }
  }
}

const sizeOf = ({ value }: BusMessage): number => value.byteLength + RECORD_OVERHEAD

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  while (count < waiting.length && (count === 0 || bytes + waiting[count]!.bytes <= REQUEST_BYTES))
    bytes += waiting[count++]!.bytes
  return waiting.splice(0, count)
}

const toKafka = ({ message, partition }: Waiting, timestamp: string): Message => ({
  key: message.key,
  value: Buffer.from(message.value.buffer, message.value.byteOffset, message.value.byteLength),
  headers: message.headers,
  partition,
  timestamp
})
