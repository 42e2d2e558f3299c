import type { Clock } from '../../../core/clock.ts'

/**
 * Stamps of commits (meta.lastUpdated, the instant of an event) that never go back, whatever the clock does (hardening
 * A1-20): what was committed later is never stamped earlier, so a Subscription, a reader that asks for what changed since
 * its last look, and pages by time miss nothing. While a clock that was ahead is right again they rise by a millisecond a
 * commit, until it has caught up.
 */
export function risingStamps(clock: Clock) {
  let last = 0
  return {
    /** ISO instant in UTC. */
    next(): string {
      const now = clock.now().getTime()
      last = now >= last ? now : last + 1
      return new Date(last).toISOString()
    },
    /** @param stamp latest of what is stored; nothing is when it is absent */
    startAfter(stamp: string | null | undefined): void {
      last = Math.max(last, Date.parse(stamp ?? '') || 0)
    }
  }
}
