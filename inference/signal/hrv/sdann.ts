import { mean, standardDeviation } from './moments.ts'
import { type NnSeries, spanS } from './nn-series.ts'
import { segmentsOf } from './segments.ts'

/** 20 h: shorter recordings miss the swing of day and night that these indices are about. */
export const SDANN_LEAST = { seconds: 72_000 }
const SEGMENT_S = 300

export interface SegmentOptions {
  /** Shortest recording in s; lower it only to compare implementations. */
  leastS?: number
  segmentS?: number
}

/**
 * SDANN: standard deviation of the mean NN intervals of all five-minute segments, ms. Task Force 1996 (Circulation 93:1043),
 * table 1.
 */
export function sdann(nn: NnSeries, options: SegmentOptions = {}): number | undefined {
  const segments = longEnough(nn, options)
  return segments && standardDeviation(Float64Array.from(segments, mean))
}

/** SDNN index: mean of the standard deviations of NN intervals of all five-minute segments, ms. Task Force 1996, table 1. */
export function sdnnIndex(nn: NnSeries, options: SegmentOptions = {}): number | undefined {
  const segments = longEnough(nn, options)
  return segments && mean(Float64Array.from(segments, standardDeviation))
}

function longEnough(nn: NnSeries, { leastS = SDANN_LEAST.seconds, segmentS = SEGMENT_S }: SegmentOptions) {
  const segments = spanS(nn) >= leastS ? segmentsOf(nn, segmentS).filter(({ length }) => length > 1) : []
  return segments.length >= 3 ? segments : undefined
}
