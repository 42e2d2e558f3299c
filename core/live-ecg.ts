import type { SubjectClaim } from './decoded.ts'

/** What is said of a live lead each second. */
export interface LiveReading {
  quality: {
    verdict: 'acceptable' | 'limited' | 'unacceptable'
    /** Codes of his-bundle-concepts, kind `quality`. */
    reasons: string[]
  }
  /** Beats per minute (median RR of the window); absent where no two beats can be told. */
  heartRate?: number
}

/** What a module said of a strip, as its sender is told; no more of the person than the reference to the result. */
export interface LiveResult {
  module: string
  /** 'withheld': the result is stored, but the module is in shadow or nothing may leave (rules section 9). */
  state: 'result' | 'refused' | 'withheld' | 'retracted'
  /** '<type>/<id>/_history/<version>' of the leading resource. */
  reference?: string
  /** What it says of each outcome, in the result's own order, worded as served. */
  predictions?: { outcome: string; probability: number; band?: string; rationale: string }[]
  /** The conclusion in words: of a score its explanation, of a refusal its reason. */
  text?: string
  /** Code of a refusal (his-bundle-concepts), or why a result is withheld: 'shadow', 'outbound-off'. */
  code?: string
}

/** A strip that was handed to the intake. */
export interface LiveStrip {
  /** Business key of the recording, as the format gives it. */
  businessKey: string
  /** Whether it came into the record; never rejects. */
  recorded: Promise<boolean>
}

export interface LiveFollowing {
  /** Resolves when every module has answered once, or nothing will be answered; never rejects. */
  answered: Promise<void>
  end(): void
}

/** Counts of what happens at the door of a live feed; labels are words of ours. */
export interface LiveMeter {
  opened(): void
  closed(): void
  samples(count: number): void
  gap(cause: 'declared' | 'detected' | 'missing'): void
  refused(code: string): void
  /** A strip is durable. */
  strip(seconds: number): void
  /** From the last sample of a strip to a module's answer on the socket. */
  answered(module: string, seconds: number): void
}

/**
 * What a transport of live leads asks of the server, which knows record, signal and results; the transport knows the wire.
 */
export interface LiveEcgDesk {
  /**
   * The identifier names one patient of the record, and name and birth date are that patient's (rules section 2).
   * @param by whose failures are counted
   * @throws AppError PATIENT_MISMATCH (unknown, unconfirmed and contradicted alike), AUTHORITY_UNKNOWN, BACK_PRESSURE after
   *   too many failures
   */
  confirm(claim: SubjectClaim, asked: { feed: string; by: string }): Promise<void>
  /** @param samples Float64Array, mV, NaN where missing; not kept, so the caller may use it again */
  read(samples: Float64Array, rateHz: number): LiveReading
  /** Tells what becomes of a strip's results, first ones and later versions, until it is ended. */
  follow(strip: LiveStrip, tell: (result: LiveResult) => void): LiveFollowing
  meter: LiveMeter
}
