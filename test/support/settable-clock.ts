import type { Clock } from '../../core/clock.ts'

/** A wall clock that a test sets. */
export function settableClock(from: Date): Clock & { set(to: Date): void } {
  let now = from
  return {
    now: () => now,
    set(to) {
      now = to
    }
  }
}
