import type { Cause } from '../../../core/changes.ts'
import type { ErrorCode } from '../../../core/errors/table.ts'
import type { Statement } from '../../../core/sql.ts'
import type { Guard } from '../backend.ts'
import type { Written } from '../decide.ts'
import type { PreparedWrite } from '../prepare.ts'

export type Job =
  | { kind: 'resources'; writes: PreparedWrite[]; guards?: Guard[]; cause: Cause; at: string }
  | { kind: 'sql'; statements: Statement[] }
  | { kind: 'define'; ddl: string[] }

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
