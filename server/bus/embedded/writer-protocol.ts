import type { BusMessage, ParkedRecord, Placed } from '../../../core/event-bus.ts'

/** Longest log age and size; records that a group has not yet passed are never trimmed. */
export interface Retention {
  /** Records appended before this instant may go (milliseconds since 1970). */
  before: number
  /** Above this many used bytes of the file the oldest passed records go, whatever their age. */
  maxBytes: number
}

/** What the writer thread is asked to do; one batch of them is one transaction and one fsync. */
export type WriterOp =
  | { kind: 'append'; topic: string; messages: BusMessage[]; now: number }
  | { kind: 'join'; topic: string; group: string; fromEnd: boolean }
  | { kind: 'offsets'; commits: { group: string; topic: string; partition: number; next: number }[] }
  | { kind: 'park'; parked: Omit<ParkedRecord, 'state'>; now: number }
  | { kind: 'replayParked'; id: string; now: number }
  | { kind: 'replayEnvelope'; topic: string; envelopeId: string; now: number }
  | { kind: 'replayRange'; topic: string; partition: number; from: number; to: number; limit: number; now: number }
  | { kind: 'trim'; retention: Retention; limit: number }

export interface WriterResults {
  append: Placed[]
  /** Next offset of each partition for the group. */
  join: number[]
  offsets: undefined
  park: undefined
  replayParked: number
  replayEnvelope: number
  /** How many were appended, and where the next page begins. */
  replayRange: { count: number; next: number }
  /** Rows deleted. */
  trim: number
}

export type WriterResult = WriterResults[WriterOp['kind']]

/** Next offsets that changed. */
export interface HeadChange {
  topic: string
  partitions: number[]
}

export type WriterReply =
  | { kind: 'ready'; heads: HeadChange[] }
  | { kind: 'unusable'; reason: string }
  | { kind: 'done'; results: WriterResult[]; heads: HeadChange[] }
  | { kind: 'failed'; reason: string }
  | { kind: 'closed' }

export type WriterRequest = { kind: 'batch'; ops: WriterOp[] } | { kind: 'close' }

export interface WriterSettings {
  path: string
  partitions: number
  /** Added to every commit before it counts as done: stands for a slower disk in tests and benches. */
  commitDelayMs: number
}
