import type { LiveReading } from '../../../core/live-ecg.ts'

/** RR intervals of the Heart Rate Service count in this part of a second. */
const UNITS_PER_S = 1024
const LATEST = 8
const FEWEST = 5
const LOWEST_PER_MIN = 25
const HIGHEST_PER_MIN = 250

/**
 * Heart rate from intervals alone: 60 s over the median of the latest eight.
 *
 * @param intervals in 1/1024 s, the latest last; zero or less is a missing one
 * @example rrReading([1024, 1024, 512]).heartRate // 60
 */
export function rrReading(intervals: readonly number[]): LiveReading {
  const latest = intervals.filter((one) => one > 0).slice(-LATEST)
  if (latest.length === 0) return { quality: { verdict: 'unacceptable', reasons: ['beats-too-few'] } }
  const median = latest.toSorted((a, b) => a - b)[latest.length >> 1]!
  const heartRate = Math.round((60 * UNITS_PER_S) / median)
  if (heartRate < LOWEST_PER_MIN || heartRate > HIGHEST_PER_MIN)
    return { quality: { verdict: 'unacceptable', reasons: ['rate-out-of-range'] }, heartRate }
  return latest.length < FEWEST
    ? { quality: { verdict: 'limited', reasons: ['beats-too-few'] }, heartRate }
    : { quality: { verdict: 'acceptable', reasons: [] }, heartRate }
}
