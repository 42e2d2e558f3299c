import { mean, median, quantile, standardDeviation } from './moments.ts'

export interface RrStatistics {
  /** ms */
  mean: number
  median: number
  min: number
  max: number
  /** Median absolute deviation from the median, times 1.4826: as a standard deviation. ms */
  mad: number
  /** 75th minus 25th percentile, ms. */
  iqr: number
  /** Standard deviation over mean, 1. */
  cv: number
}

export const RR_STATISTICS_LEAST = { beats: 3 }

/**
 * What can be said of a heap of intervals without their order. Task Force 1996 (Circulation 93:1043), statistical methods.
 *
 * @param rr ms
 * @returns undefined under two intervals
 * @example rrStatistics(Float64Array.of(800, 820, 840))?.mean // 820
 */
export function rrStatistics(rr: Float64Array): RrStatistics | undefined {
  if (rr.length < RR_STATISTICS_LEAST.beats - 1) return undefined
  const middle = median(rr)
  const average = mean(rr)
  return {
    mean: average,
    median: middle,
    min: quantile(rr, 0),
    max: quantile(rr, 1),
    mad: 1.4826 * median(rr.map((value) => Math.abs(value - middle))),
    iqr: quantile(rr, 0.75) - quantile(rr, 0.25),
    cv: standardDeviation(rr) / average
  }
}
