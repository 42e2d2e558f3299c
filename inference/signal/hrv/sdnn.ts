import { standardDeviation } from './moments.ts'
import { intervals, type NnSeries } from './nn-series.ts'

export const SDNN_LEAST = { beats: 5 }

/**
 * SDNN: standard deviation of all NN intervals, ms. Task Force 1996 (Circulation 93:1043), table 1. It grows with the length
 * of the recording, so values of different lengths do not compare.
 *
 * @example sdnn(nnOf([800, 820, 840, 860])) // 25.8
 */
export function sdnn(nn: NnSeries): number | undefined {
  const rr = intervals(nn)
  return rr.length < SDNN_LEAST.beats - 1 ? undefined : standardDeviation(rr)
}
