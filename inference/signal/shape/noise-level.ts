import type { Segment } from './segment-area.ts'

/** A quiet piece shorter than this says nothing. */
const MIN_MS = 40

/**
 * Noise in a piece of the lead where the heart is electrically quiet (between T and the next P, or QRS where no P is): root
 * mean square about the straight line through it, so that slow wander is no noise.
 *
 * @param samples Float64Array in mV
 * @param segment the quiet piece, sample numbers
 * @returns mV; NaN when the piece is shorter than 40 ms or leaves the samples
 * @example noiseLevel(Float64Array.from({ length: 100 }, (_, i) => 0.01 * i), { from: 0, to: 99 }, 500) // 0
 */
export function noiseLevel(samples: Float64Array, { from, to }: Segment, rateHz: number): number {
  const first = Math.ceil(from)
  const last = Math.floor(to)
  const n = last - first + 1
  if (first < 0 || last >= samples.length || n < (MIN_MS * rateHz) / 1000) return Number.NaN
  const middle = (n - 1) / 2
  let mean = 0
  for (let i = 0; i < n; i++) mean += samples[first + i]! / n
  let slope = 0
  let spread = 0
  for (let i = 0; i < n; i++) {
    slope += (i - middle) * (samples[first + i]! - mean)
    spread += (i - middle) ** 2
  }
  slope /= spread
  let squares = 0
  for (let i = 0; i < n; i++) squares += (samples[first + i]! - mean - slope * (i - middle)) ** 2
  return Math.sqrt(squares / Math.max(1, n - 2))
}
