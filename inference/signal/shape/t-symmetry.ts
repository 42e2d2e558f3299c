import { type Segment, segmentArea } from './segment-area.ts'

/**
 * Symmetry of a T wave: area before its peak over area behind it; 1 is symmetric, a normal T rises slower than it falls and
 * lies above 1 (di Bernardo D, Murray A 2000, Nature 403:40, ratio of the areas on both sides of the peak).
 *
 * @param samples Float64Array in mV
 * @param segment T onset to offset
 * @param peak sample number of the peak
 * @returns ratio; NaN when a side has no area of the wave's sign
 * @example tSymmetry(Float64Array.of(0, 1, 2, 0), { from: 0, to: 3 }, { peak: 2, level: 0, rateHz: 250 }) // 2
 */
export function tSymmetry(
  samples: Float64Array,
  { from, to }: Segment,
  { peak, level, rateHz }: { peak: number; level: number; rateHz: number }
): number {
  const before = segmentArea(samples, { from, to: peak }, { level, rateHz })
  const behind = segmentArea(samples, { from: peak, to }, { level, rateHz })
  return behind !== 0 && before / behind > 0 ? before / behind : Number.NaN
}
