import { differences, intervals, type NnSeries } from './nn-series.ts'

export const PNN_LEAST = { beats: 5 }

/**
 * pNNx: NN intervals that differ from the one before by more than x ms, in per cent of all NN intervals. Task Force 1996
 * (Circulation 93:1043), table 1 (x = 50); Mietus JE et al. 2002 (Heart 88:378) for other x.
 *
 * @param thresholdMs x, 20 or 50
 * @example pnn(nnOf([800, 860, 800, 805, 800]), 50) // 40
 */
export function pnn(nn: NnSeries, thresholdMs: number): number | undefined {
  const n = intervals(nn).length
  if (n < PNN_LEAST.beats - 1) return undefined
  return (100 * differences(nn).filter((step) => Math.abs(step) > thresholdMs).length) / n
}
