import type { Clock } from '../../../core/clock.ts'

/** Stamps and numbers by the wall clock (clock-steps.test.ts only). */
export const byWallClock = (clock: Clock) => ({
  stamp: (): string => clock.now().toISOString(),
  id: (): string => clock.now().getTime().toString(36).padStart(10, '0')
})
