/**
 * Value between samples by straight line.
 *
 * @param samples Float64Array in mV
 * @param at position in samples, may be a fraction
 * @returns mV; NaN outside the samples
 * @example valueAt(Float64Array.of(0, 1, 4), 1.5) // 2.5
 */
export function valueAt(samples: Float64Array, at: number): number {
  const left = Math.floor(at)
  const share = at - left
  if (!(left >= 0) || left >= samples.length) return Number.NaN
  if (share === 0) return samples[left]!
  return left + 1 < samples.length ? samples[left]! * (1 - share) + samples[left + 1]! * share : Number.NaN
}
