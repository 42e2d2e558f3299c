import { type OrderTiming, orderTimingOf, positive } from '../../record/times.ts'

/** Windows of rules section 3 and specs 02; a site changes them by policy, in minutes. */
export interface Timing extends OrderTiming {
  /** ECG and potassium this far apart belong together. */
  potassiumWindowMinutes: number
  /** A potassium above this asks for a screen of the ECG beside it, mmol/L. */
  potassiumTrigger: number
}

export const timingOf = (policy: Record<string, unknown>): Timing => ({
  ...orderTimingOf(policy),
  potassiumWindowMinutes: positive(policy['potassiumWindowMinutes'], 60),
  potassiumTrigger: positive(policy['potassiumTrigger'], 5.5)
})
