import type { Clock } from '../../../core/clock.ts'
import { ulidFactory } from '../../../core/ids.ts'
import { risingStamps } from '../../../server/store/sqlite/rising-stamps.ts'
import { byWallClock } from './clock-steps.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

type Make = (clock: Clock) => { stamp(): string; id(): string }

const ours: Make = (clock) => {
  const stamps = risingStamps(clock)
  return { stamp: stamps.next, id: ulidFactory(() => clock.now().getTime()) }
}

const HOUR_MS = 3_600_000

/** A1-20; what follows from it for Subscriptions, corrections, queues and timers: test/chaos/clock.test.ts. */
seenFailing<Make>(
  'over an hour back, a day forward, a DST night and a leap second stamps never go back and ids never repeat',
  { ours, weak: byWallClock },
  (make) => {
    let now = Date.parse('2026-10-25T00:59:59.500Z')
    const source = make({ now: () => new Date(now) })
    const stamps: string[] = []
    const ids: string[] = []
    for (const stepMs of [1, -HOUR_MS, 1, 24 * HOUR_MS, 1, -24 * HOUR_MS, -1000, 1, 0, 0]) {
      now += stepMs
      stamps.push(source.stamp())
      ids.push(source.id())
    }
    expect(stamps).toEqual([...stamps].sort())
    expect(ids).toEqual([...new Set(ids)].sort())
  }
)
