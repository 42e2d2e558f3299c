import type { NnSeries } from './nn-series.ts'

/** Part of a segment that NN intervals must cover for it to count. */
const LEAST_COVER = 0.5

/**
 * The NN intervals by consecutive segments of equal length, from the first beat on; an interval belongs to the segment in
 * which it ends. The last, incomplete segment and those with less than half of their time in NN intervals are left out.
 *
 * @param lengthS 300 for SDANN and SDNN index (Task Force 1996)
 */
export function segmentsOf(nn: NnSeries, lengthS: number): Float64Array[] {
  const origin = nn[0]?.fromS ?? 0
  const parts = new Map<number, number[]>()
  let end = origin
  for (const { fromS, rr } of nn) {
    end = fromS
    for (const interval of rr) {
      end += interval / 1000
      const segment = Math.floor((end - origin) / lengthS)
      const part = parts.get(segment)
      if (part) part.push(interval)
      else parts.set(segment, [interval])
    }
  }
  const whole = Math.floor((end - origin) / lengthS)
  return [...parts]
    .filter(([segment, part]) => segment < whole && part.reduce((a, b) => a + b, 0) / 1000 >= LEAST_COVER * lengthS)
    .map(([, part]) => Float64Array.from(part))
}
