import type { AppError } from '../../core/errors/app-error.ts'
import { isRetriable } from '../../core/errors/to-status.ts'
import type { SubscribeOptions } from '../../core/event-bus.ts'

const FIRST_DELAY_MS = 50
/** Longest pause between two tries of one record. */
export const MAX_DELAY_MS = 30_000
const DEFAULT_TRIES = 8

export type RetryDecision = { kind: 'retry'; delayMs: number } | { kind: 'park' }

/**
 * What follows a failed try. A code that is not retriable is parked at once, unless the subscriber never parks.
 *
 * @param tries how often the record was tried by now, from 1
 */
export function decideRetry(error: AppError, tries: number, options: SubscribeOptions = {}): RetryDecision {
  const allowed = options.triesFor?.(error) ?? options.maxTries ?? DEFAULT_TRIES
  const again = options.retryForever || (isRetriable(error) && tries < allowed)
  if (!again) return { kind: 'park' }
  // 2 ** 20 is far above the cap; without it the power of a try without end would overflow.
  return { kind: 'retry', delayMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 20)) }
}
