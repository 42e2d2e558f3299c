import { valueAt } from './value-at.ts'

/**
 * ST level some time after the J point (QRS offset), from the level before QRS onset (Kligfield P et al. 2007, AHA/ACC/HRS
 * part I, Circulation 115:1306; Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618: at J).
 *
 * @param samples Float64Array in mV
 * @param jPoint sample number of the global QRS offset, may be a fraction
 * @param afterMs 0, 40, 60 or 80
 * @returns mV; NaN outside the samples
 * @example stLevel(lead, { jPoint: 120, afterMs: 60, level: 0, rateHz: 500 }) // value at sample 150
 */
export function stLevel(
  samples: Float64Array,
  { jPoint, afterMs, level, rateHz }: { jPoint: number; afterMs: number; level: number; rateHz: number }
): number {
  return valueAt(samples, jPoint + (afterMs * rateHz) / 1000) - level
}
