import { AppError } from '../../../core/errors/app-error.ts'
import { type OrderTiming, orderTimingOf, positive } from '../../record/times.ts'

/** Windows of rules section 3 and specs 02; a site changes them by policy, in minutes. */
export interface Timing extends OrderTiming {
  /** ECG and potassium this far apart belong together. */
  potassiumWindowMinutes: number
  /** A potassium above this asks for a screen of the ECG beside it, mmol/L. */
  potassiumTrigger: number
  /**
   * The result of a tracing acquired this long ago or less is made anew when a potassium that arrives late makes an earlier
   * tracing its own reference; 0: never.
   */
  lateReferenceMinutes: number
}

/** One day: what of a person is still looked at. */
const LATE_REFERENCE_MINUTES = 24 * 60

export const timingOf = (policy: Record<string, unknown>): Timing => ({
  ...orderTimingOf(policy),
  potassiumWindowMinutes: positive(policy['potassiumWindowMinutes'], 60),
  potassiumTrigger: positive(policy['potassiumTrigger'], 5.5),
  lateReferenceMinutes: lateReferenceMinutesOf(policy)
})

/** @throws AppError CONFIG_INVALID: what is no number of minutes would silently mean another time than was written */
export function lateReferenceMinutesOf(policy: Record<string, unknown>): number {
  const minutes = policy['lateReferenceMinutes'] ?? LATE_REFERENCE_MINUTES
  if (typeof minutes === 'number' && minutes >= 0) return minutes
  throw new AppError('CONFIG_INVALID', { at: 'modules pocket-k policy lateReferenceMinutes' })
}
