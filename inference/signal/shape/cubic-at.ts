/**
 * Value between samples by the cubic through the two nearest on each side (Catmull and Rom 1974, A class of local interpolating
 * splines): flattens a narrow QRS less than a straight line does. Held beyond the first and the last sample.
 *
 * @param samples Float64Array, at least one
 * @param at position in samples, may be a fraction
 * @example cubicAt(Float64Array.of(0, 1, 4, 9), 1.5) // 2.25
 */
export function cubicAt(samples: Float64Array, at: number): number {
  const last = samples.length - 1
  const clamped = Math.min(last, Math.max(0, at))
  const left = Math.floor(clamped)
  const share = clamped - left
  if (share === 0) return samples[left]!
  const [b, c] = [samples[left]!, samples[left + 1]!]
  // Beyond an end the line through the last two goes on.
  const a = samples[left - 1] ?? 2 * b - c
  const d = samples[left + 2] ?? 2 * c - b
  return b + 0.5 * share * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)))
}
