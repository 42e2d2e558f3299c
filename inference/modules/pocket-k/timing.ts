/** Windows of rules section 3 and specs 02; a site changes them by policy, in minutes. */
export interface Timing {
  /** An ECG this long before an order still answers it. */
  windowBeforeMinutes: number
  /** An order waits this long for an ECG. */
  orderTimeoutMinutes: number
  /** ECG and potassium this far apart belong together. */
  potassiumWindowMinutes: number
  /** A potassium above this asks for a screen of the ECG beside it, mmol/L. */
  potassiumTrigger: number
}

export const MINUTE_MS = 60_000

export function timingOf(policy: Record<string, unknown>): Timing {
  const positive = (key: keyof Timing, fallback: number): number => {
    const value = policy[key]
    return typeof value === 'number' && value > 0 ? value : fallback
  }
  return {
    windowBeforeMinutes: positive('windowBeforeMinutes', 60),
    orderTimeoutMinutes: positive('orderTimeoutMinutes', 60),
    potassiumWindowMinutes: positive('potassiumWindowMinutes', 60),
    potassiumTrigger: positive('potassiumTrigger', 5.5)
  }
}

export const minutesFrom = (iso: string, minutes: number): string =>
  new Date(Date.parse(iso) + minutes * MINUTE_MS).toISOString()
