import { ERRORS, type ErrorCode, type ErrorRow } from './table.ts'

export interface AppErrorDetail {
  /** A position, never a value: 'PID-3[2].4', '(003A,0210)', 'Observation.code'. */
  at?: string
  /** A short lower-case word that narrows the code, from a fixed list of the thrower, never from the input. */
  reason?: string
  cause?: unknown
}

/**
 * The one error class. Its message holds the code, the reason and the position, never a value of the input, so it may
 * be logged, sent in ERR-8 or an OperationOutcome (rules: no PHI in error text).
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly at?: string
  readonly reason?: string

  constructor(code: ErrorCode, detail: AppErrorDetail = {}) {
    const parts = [ERRORS[code].summary, detail.reason && `reason ${detail.reason}`, detail.at && `at ${detail.at}`]
    super(parts.filter(Boolean).join('; '), detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'AppError'
    this.code = code
    this.at = detail.at
    this.reason = detail.reason
  }

  get row(): ErrorRow {
    return ERRORS[this.code]
  }

  toJSON(): { code: ErrorCode; reason?: string; at?: string; retry: ErrorRow['retry']; summary: string; ref: string } {
    const { summary, retry, ref } = this.row
    return { code: this.code, reason: this.reason, at: this.at, retry, summary, ref }
  }
}

/** Any thrown thing as an AppError; what is not coded becomes `fallback` with the original as cause. */
export function asAppError(error: unknown, fallback: ErrorCode = 'INTERNAL'): AppError {
  if (error instanceof AppError) return error
  // An AppError that crossed a worker boundary arrives as a plain object.
  const plain = error as { code?: unknown; at?: string; reason?: string } | undefined
  if (typeof plain?.code === 'string' && Object.hasOwn(ERRORS, plain.code)) {
    return new AppError(plain.code as ErrorCode, { at: plain.at, reason: plain.reason, cause: error })
  }
  return new AppError(fallback, { cause: error })
}
