/** One question to a folder and its answer. */
export interface CheckRow {
  check: string
  outcome: 'passed' | 'remark' | 'skipped' | 'failed'
  /** For a person: figures, positions, never contents. */
  detail: string
  /** Of a failure. */
  code?: string
  reason?: string
}
