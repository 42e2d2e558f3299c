import type { AppError } from './errors/app-error.ts'

export interface BusMessage {
  /** Order holds among messages with one key within a topic. */
  key: string
  value: Uint8Array
  headers: Record<string, string>
}

export interface BusRecord extends BusMessage {
  topic: string
  partition: number
  /** Rising by one within (topic, partition). */
  offset: number
  /** Milliseconds since 1970 at the append. */
  timestamp: number
}

export interface Placed {
  partition: number
  offset: number
}

export interface ParkedRecord {
  id: string
  record: BusRecord
  group: string
  error: ReturnType<AppError['toJSON']>
  parkedAt: string
  tries: number
  state: 'parked' | 'replayed'
}

export interface SubscribeOptions {
  /** Tries of a retriable failure before parking (others are parked at once); back-off doubles from 50 ms. Default 8. */
  maxTries?: number
  /** Tries allowed for this very error, Infinity included; undefined: `maxTries`. */
  triesFor?(error: AppError): number | undefined
  /** Retries without end instead of parking (relay, outbox). Default false. */
  retryForever?: boolean
  /** Records of different partitions are handled side by side up to this many. Default 8. */
  concurrency?: number
  fromEnd?: boolean
  /** Told after a record was parked. */
  onParked?(parked: ParkedRecord): void
}

export interface BusSubscription {
  /** Ends after the handlers in flight; offsets of what ended well are committed. */
  stop(): Promise<void>
}

/** What the ends of a log in a file here show; a disk that did not keep what it confirmed is found out by them. */
export interface LocalLog {
  has(envelopeId: string): boolean
  /** Next offset of the group by partition: all before it is handled. */
  committed(topic: string, group: string): Map<number, number>
  at(topic: string, partition: number, offset: number): BusRecord | undefined
  /** The last record of each partition. */
  last(topic: string): BusRecord[]
}

export type BusHandler = (record: BusRecord) => Promise<void>

/**
 * The bus as Kafka knows it: partitions by key, consumer groups, offsets committed after the handler, at least once.
 * Two implementations (embedded, kafka) under one contract suite (test/contract/event-bus.contract.ts).
 */
export interface EventBus {
  start(): Promise<void>
  stop(): Promise<void>
  /** Resolves when the messages are durable (fdatasync returned, or acks=all). Rejects BUS_UNAVAILABLE. */
  append(topic: string, messages: BusMessage[]): Promise<Placed[]>
  /** A handler that throws is retried or the record is parked (dead-letter), by the code of its error. */
  subscribe(topic: string, group: string, handler: BusHandler, options?: SubscribeOptions): Promise<BusSubscription>
  park(record: BusRecord, group: string, error: AppError, tries: number): Promise<ParkedRecord>
  /** Oldest first, at most `limit` (default 1000). */
  parked(filter?: { topic?: string; state?: 'parked' | 'replayed'; limit?: number }): Promise<ParkedRecord[]>
  /** Appends parked records anew, or past ones by (topic, partition, range) or envelope id header; returns how many. */
  replay(what: ReplayRequest): Promise<number>
  /** Records behind the end for a group: what is still waiting. */
  lag(topic: string, group: string): Promise<number>
  /** Absent where a broker keeps copies. */
  readonly local?: LocalLog
  /** sha256 named by the headers of every record still kept, parked ones included; absent where the past cannot be read through. */
  claims?(): AsyncIterable<string[]>
}

export type ReplayRequest =
  | { parkedId: string }
  | { allParked: true }
  | { topic: string; envelopeId: string }
  /** Offsets from `from` up to but not including `to`. */
  | { topic: string; partition: number; from: number; to: number }
