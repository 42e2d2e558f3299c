import type { Cause } from '../../../core/changes.ts'
import type { ErrorCode } from '../../../core/errors/table.ts'
import type { Statement } from '../../../core/sql.ts'
import type { Guard } from '../backend.ts'
import type { IndexRows } from '../index-rows/rows.ts'

/** One write, made ready in the main thread; the writer thread only does SQL. */
export interface PreparedWrite {
  resourceType: string
  id: string
  /** Without meta.versionId and meta.lastUpdated; absent when removing. */
  json?: string
  rows?: IndexRows
  patientId?: string
  ifMatch?: string
  onlyIfAbsent?: boolean
  /** Relative references as 'Type/id' with the position where each stands. */
  references?: [reference: string, at: string][]
}

export type Job =
  | { kind: 'resources'; writes: PreparedWrite[]; guards?: Guard[]; cause: Cause; at: string }
  | { kind: 'sql'; statements: Statement[] }
  | { kind: 'define'; ddl: string[] }

export interface Written {
  outcome: 'created' | 'updated' | 'unchanged' | 'kept' | 'deleted'
  version: number
  updated: string
  /** The stored JSON when it is not what was sent ('kept'). */
  json?: string
}

export type JobResult =
  | { ok: true; written?: Written[]; changed?: number[] }
  | { ok: false; code: ErrorCode; reason?: string; at?: string }

export interface ToWriter {
  number: number
  job: Job
}

export type FromWriter =
  | { kind: 'ready' }
  /** Results of one commit: [number of the job, its result]. */
  | { kind: 'committed'; results: [number, JobResult][]; changes: number; commits: number; transactions: number }

export interface WriterOptions {
  file: string
  /** Extra wait after each commit, standing in for a slow disk's fsync; for benches and tests only. */
  commitDelayMs: number
  maxGroup: number
}
