import type { Segment } from './segment-area.ts'

/**
 * Steepest rise and fall of a piece of a lead, from differences over 8 ms (two samples at 250 Hz), so that 250, 500 and
 * 1000 Hz speak of the same slope.
 *
 * @param samples Float64Array in mV
 * @returns mV/s, rise >= 0, fall <= 0; NaN when the piece is shorter than 8 ms
 * @example steepest(Float64Array.of(0, 0, 1, 2, 2, 1), { from: 0, to: 5 }, 250) // { rise: 250, fall: -125 }
 */
export function steepest(samples: Float64Array, { from, to }: Segment, rateHz: number): { rise: number; fall: number } {
  const span = Math.max(1, Math.round(0.008 * rateHz))
  const first = Math.max(0, Math.ceil(from))
  const last = Math.min(samples.length - 1, Math.floor(to)) - span
  if (last < first) return { rise: Number.NaN, fall: Number.NaN }
  let rise = 0
  let fall = 0
  for (let i = first; i <= last; i++) {
    const slope = samples[i + span]! - samples[i]!
    if (slope > rise) rise = slope
    else if (slope < fall) fall = slope
  }
  return { rise: (rise * rateHz) / span, fall: (fall * rateHz) / span }
}
