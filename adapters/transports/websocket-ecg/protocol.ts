import type { AppError } from '../../../core/errors/app-error.ts'
import type { ErrorCode } from '../../../core/errors/table.ts'
import type { LiveReading, LiveResult } from '../../../core/live-ecg.ts'

/** Sub-protocol of the WebSocket; docs/handheld.md describes it. */
export const SUBPROTOCOL = 'hisbundle-ecg.1'

export type GapCause = 'declared' | 'detected' | 'missing'

/** Samples [from, to) that are not there. */
export interface Gap {
  from: number
  to: number
  cause: GapCause
}

/** What the server says, as JSON text. Sample numbers count from the first sample of the session. */
export type ServerMessage =
  | {
      type: 'ready'
      session: string
      /** False: the session to be resumed is not known (any more), and this is a new one. */
      resumed: boolean
      bound: boolean
      /** The sample that is expected next. */
      next: number
      /** Samples below this number may be sent. */
      until: number
    }
  | { type: 'ack'; next: number; until: number }
  | ({ type: 'gap' } & Gap)
  | ({ type: 'reading'; at: number } & LiveReading)
  | {
      type: 'strip'
      from: number
      to: number
      seconds: number
      /**
       * waiting: the intake cannot take it now and is asked again; accepted: durable; recorded: in the record; parked: durable,
       * a person has to look; refused: not taken.
       */
      state: 'waiting' | 'accepted' | 'recorded' | 'parked' | 'refused'
      envelope?: string
      code?: string
    }
  | ({ type: 'result'; from: number; to: number } & LiveResult)
  | { type: 'error'; code: ErrorCode; at?: string; reason?: string }
  | { type: 'bye' }

/** How a connection ends (RFC 6455 section 7.4): 4000-4999 are an application's own. */
export const CLOSE = Object.freeze({
  bye: 1000,
  /** The server goes; the client resumes elsewhere or later. */
  stopping: 1001,
  /** The credentials have ended. */
  policy: 1008,
  protocol: 4400,
  mismatch: 4403,
  timeout: 4408,
  replaced: 4409,
  window: 4413,
  limit: 4429,
  internal: 4500
})

const CLOSE_OF: Partial<Record<ErrorCode, number>> = {
  STREAM_PROTOCOL: CLOSE.protocol,
  PATIENT_MISMATCH: CLOSE.mismatch,
  AUTHORITY_UNKNOWN: CLOSE.mismatch,
  STREAM_TIMEOUT: CLOSE.timeout,
  STREAM_REPLACED: CLOSE.replaced,
  STREAM_WINDOW: CLOSE.window,
  BACK_PRESSURE: CLOSE.limit,
  SHUTTING_DOWN: CLOSE.stopping,
  NOT_PERMITTED: CLOSE.policy
}

/** The code that a connection is closed with for an error. */
export const closeCodeOf = ({ code }: AppError): number => CLOSE_OF[code] ?? CLOSE.internal
