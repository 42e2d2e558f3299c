import { slopeOf } from './line.ts'

export const HIGUCHI_LEAST = { beats: 100 }

/**
 * Higuchi's fractal dimension: how the length of the curve falls when only every k-th value is kept. Higuchi T 1988
 * (Physica D 31:277).
 *
 * @param series intervals in ms of one unbroken run
 * @param options kMax largest step (10)
 * @returns 1 (a smooth line) to 2 (noise); undefined under 99 intervals or for a constant
 */
export function higuchiDimension(series: Float64Array, { kMax = 10 }: { kMax?: number } = {}): number | undefined {
  const n = series.length
  if (n < HIGUCHI_LEAST.beats - 1) return undefined
  const steps: number[] = []
  const lengths: number[] = []
  for (let k = 1; k <= kMax; k++) {
    let sum = 0
    for (let m = 0; m < k; m++) {
      const parts = Math.floor((n - 1 - m) / k)
      let path = 0
      for (let i = 1; i <= parts; i++) path += Math.abs(series[m + i * k]! - series[m + (i - 1) * k]!)
      sum += (path * (n - 1)) / (parts * k) / k
    }
    steps.push(-Math.log(k))
    lengths.push(Math.log(sum / k))
  }
  return lengths.every(Number.isFinite) ? slopeOf(steps, lengths) : undefined
}
