export const MINUTE_MS = 60_000

export const minutesFrom = (iso: string, minutes: number): string =>
  new Date(Date.parse(iso) + minutes * MINUTE_MS).toISOString()

/** Instant with a time of day; a date alone is never midnight (rules section 3). */
export const instantOf = (text: string | undefined): string | undefined =>
  text && /T\d{2}:\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined

export const isInside = (instant: string, { from, to }: { from: string; to: string }): boolean =>
  Date.parse(instant) >= Date.parse(from) && Date.parse(instant) <= Date.parse(to)

/** How an order and an ECG find each other (rules section 3); a site changes it by policy, in minutes. */
export interface OrderTiming {
  /** An ECG this long before an order still answers it. */
  windowBeforeMinutes: number
  /** An order waits this long for an ECG. */
  orderTimeoutMinutes: number
}

export const orderTimingOf = (policy: Record<string, unknown>): OrderTiming => ({
  windowBeforeMinutes: positive(policy['windowBeforeMinutes'], 60),
  orderTimeoutMinutes: positive(policy['orderTimeoutMinutes'], 60)
})

/** A policy's number when it is one above 0, else the default. */
export const positive = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value > 0 ? value : fallback
