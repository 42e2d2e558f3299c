import { createRequire } from 'node:module'
import type { Admin } from 'kafkajs'
import { toKafkaConfig } from '../../../adapters/kafka/client.ts'
import { toBusRecord } from '../../../adapters/kafka/kafka-record.ts'
import type { KafkaConnection } from '../../../adapters/kafka/options.ts'
import type { BusRecord } from '../../../core/event-bus.ts'
import type { Logger } from '../../../core/log.ts'

const FETCH_BYTES = 1024 * 1024
const WAIT_MS = 500

/** What is used of kafkajs's inner classes (src/cluster, src/broker), which its types do not name. */
interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
  findBroker(id: { nodeId: string }): Promise<Broker>
}
interface Broker {
  fetch(request: object): Promise<{ responses: { partitions: { messages: RawMessage[]; highWatermark: string }[] }[] }>
}
interface RawMessage {
  offset: string
  timestamp: string
  key: Buffer | null
  value: Buffer | null
  headers?: Record<string, Buffer>
  isControlRecord?: boolean
}

/**
 * Reads a stretch of a partition outside any consumer group. kafkajs offers reading only to groups; a group of its own for
 * every look would wait for the brokers' first rebalance (3 s by default) and leave groups behind. So this takes the
 * class below its consumer. kafkajs is pinned to one version, and the peer tests hold this on both Kafka versions.
 */
export class LogScanner {
  readonly #admin: Admin
  readonly #nameOf: (topic: string) => string
  readonly #connection: KafkaConnection
  readonly #log: Logger

  constructor(deps: { admin: Admin; connection: KafkaConnection; log: Logger; nameOf(topic: string): string }) {
    this.#admin = deps.admin
    this.#nameOf = deps.nameOf
    this.#connection = deps.connection
    this.#log = deps.log
  }

  /** Where each partition begins and ends now. */
  async ends(topic: string): Promise<{ partition: number; first: number; end: number }[]> {
    const offsets = await this.#admin.fetchTopicOffsets(this.#nameOf(topic))
    return offsets
      .map(({ partition, low, high }) => ({ partition, first: Number(low), end: Number(high) }))
      .sort((a, b) => a.partition - b.partition)
  }

  /** First offset of each partition whose record is not older than `time`; the end if there is none. */
  async since(topic: string, time: number): Promise<Map<number, number>> {
    const offsets = await this.#admin.fetchTopicOffsetsByTimestamp(this.#nameOf(topic), time)
    return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]))
  }

  /** Records with offsets from `from` up to but not including `to`, page by page of about a mebibyte. */
  async *pages(topic: string, partition: number, from: number, to: number): AsyncGenerator<BusRecord[]> {
    const name = this.#nameOf(topic)
    const cluster = this.#cluster()
    await cluster.connect()
    try {
      await cluster.addTargetTopic(name)
      let next = from
      while (next < to) {
        const nodeId = Object.keys(cluster.findLeaderForPartitions(name, [partition]))[0]
        if (nodeId === undefined) throw new Error('no leader')
        const broker = await cluster.findBroker({ nodeId })
        const { responses } = await broker.fetch({
          maxWaitTime: WAIT_MS,
          minBytes: 1,
          maxBytes: FETCH_BYTES,
          isolationLevel: 1,
          topics: [
            {
              topic: name,
              partitions: [{ partition, fetchOffset: String(next), maxBytes: FETCH_BYTES, currentLeaderEpoch: -1 }]
            }
          ]
        })
        const messages = responses[0]?.partitions[0]?.messages ?? []
        // A compacted stretch at the end: below `to` there is nothing more.
        if (messages.length === 0) return
        const wanted = messages.filter(({ offset, isControlRecord }) => !isControlRecord && isBetween(offset, next, to))
        next = Number(messages.at(-1)!.offset) + 1
        if (wanted.length > 0) yield wanted.map((message) => toBusRecord(topic, partition, message))
      }
    } finally {
      await cluster.disconnect()
    }
  }

  #cluster(): Cluster {
    const load = createRequire(import.meta.url)
    const ClusterClass = load('kafkajs/src/cluster') as new (config: object) => Cluster
    const { createLogger } = load('kafkajs/src/loggers') as { createLogger(options: object): unknown }
    const socketFactory = load('kafkajs/src/network/socketFactory') as () => unknown
    const { logLevel, logCreator, ...config } = toKafkaConfig(this.#connection, this.#log)
    return new ClusterClass({
      ...config,
      logger: createLogger({ level: logLevel, logCreator }),
      socketFactory: socketFactory(),
      metadataMaxAge: 300_000,
      allowAutoTopicCreation: false,
      maxInFlightRequests: null
    })
  }
}

const isBetween = (offset: string, from: number, to: number): boolean => Number(offset) >= from && Number(offset) < to
