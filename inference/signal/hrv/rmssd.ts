import { standardDeviation } from './moments.ts'
import { differences, type NnSeries } from './nn-series.ts'

export const RMSSD_LEAST = { beats: 5 }

/**
 * RMSSD: root of the mean squared difference of successive NN intervals, ms. Task Force 1996 (Circulation 93:1043), table 1.
 *
 * @example rmssd(nnOf([800, 810, 800, 810, 800])) // 10
 */
export function rmssd(nn: NnSeries): number | undefined {
  const steps = differences(nn)
  if (steps.length < RMSSD_LEAST.beats - 2) return undefined
  return Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / steps.length)
}

/** SDSD: standard deviation of differences of successive NN intervals, ms. Task Force 1996, table 1. */
export function sdsd(nn: NnSeries): number | undefined {
  const steps = differences(nn)
  return steps.length < RMSSD_LEAST.beats - 2 ? undefined : standardDeviation(steps)
}
