import type { Decoded } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { FeedFacts } from '../../core/format.ts'
import type { CollectedTexts } from '../../core/json-numbers.ts'
import type { Settlement } from '../../core/transport.ts'

export interface WorkerSettings {
  /** Folder of format folders, as a file URL with a trailing slash. */
  dir: string
  names: readonly string[]
}

export type DecodeTask = { format: string; envelope: Envelope; feed: FeedFacts } & (
  | { kind: 'decode' }
  | { kind: 'reply'; settlement: Settlement }
)

/** An AppError as it crosses a thread boundary; asAppError makes it whole again. */
export interface PlainError {
  code: string
  at?: string
  reason?: string
}

export type FromDecodeWorker =
  | { kind: 'ready' }
  | { kind: 'unusable'; error: PlainError }
  /** `texts`: of the numbers in the groups' resources; a clone does not carry them. */
  | { kind: 'done'; decoded?: Decoded; texts?: CollectedTexts; reply?: Uint8Array }
  | { kind: 'failed'; error: PlainError }
