import { slopeOf } from './line.ts'

/** Scales in beats; Peng CK et al. 1995 (Chaos 5:82). */
export const ALPHA_1 = { from: 4, to: 16 }
export const ALPHA_2 = { from: 16, to: 64 }
export const DFA_LEAST = { alpha1: { beats: 64 }, alpha2: { beats: 256 } }

/**
 * Detrended fluctuation analysis: slope of the logarithm of the fluctuation against that of the box size. Peng et al. 1995.
 *
 * The summed series is cut into boxes; in each a straight line is removed; the fluctuation is the root of the mean variance
 * that is left. Deviation: boxes overlap by half (Peng: none), which uses a short recording better.
 *
 * @param series intervals in ms of one unbroken run
 * @param scales smallest and largest box, in beats: ALPHA_1 or ALPHA_2
 * @returns undefined where fewer than four of the largest boxes fit, or without spread
 */
export function dfa(series: Float64Array, { from, to }: { from: number; to: number }): number | undefined {
  if (series.length < 4 * to - 1) return undefined
  const mean = series.reduce((a, b) => a + b, 0) / series.length
  const profile = new Float64Array(series.length)
  for (let i = 0, sum = 0; i < series.length; i++) {
    sum += series[i]! - mean
    profile[i] = sum
  }
  const sizes: number[] = []
  const logs: number[] = []
  for (let size = from; size <= to; size++) {
    const left = fluctuation(profile, size)
    if (!(left > 0)) return undefined
    sizes.push(Math.log(size))
    logs.push(Math.log(left))
  }
  return slopeOf(sizes, logs)
}

/** Root of the mean variance about the line over boxes of `size` that overlap by half. */
function fluctuation(profile: Float64Array, size: number): number {
  const middle = (size - 1) / 2
  const xx = (size * (size * size - 1)) / 12
  let sum = 0
  let boxes = 0
  for (let start = 0; start < profile.length - size; start += size >> 1) {
    let total = 0
    let square = 0
    let xy = 0
    // Values relative to the box's first keep the sums small and exact.
    const base = profile[start]!
    for (let i = 0; i < size; i++) {
      const value = profile[start + i]! - base
      total += value
      square += value * value
      xy += (i - middle) * value
    }
    sum += Math.max(0, (square - (total * total) / size - (xy * xy) / xx) / size)
    boxes++
  }
  return Math.sqrt(sum / boxes)
}
