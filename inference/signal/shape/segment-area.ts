import { valueAt } from './value-at.ts'

/** Piece of a lead, sample numbers, fractions allowed. */
export interface Segment {
  from: number
  to: number
}

/**
 * Net area under a piece of a lead by the trapezoidal rule: parts below `level` count as negative.
 *
 * @param samples Float64Array in mV
 * @param level the zero line, mV
 * @returns mV x ms (UCUM mV.ms); 0 for an empty piece, NaN when it leaves the samples
 * @example segmentArea(Float64Array.of(0, 1, 0), { from: 0, to: 2 }, { level: 0, rateHz: 500 }) // 2
 */
export function segmentArea(
  samples: Float64Array,
  { from, to }: Segment,
  { level, rateHz }: { level: number; rateHz: number }
): number {
  if (!(to > from)) return to === from ? 0 : Number.NaN
  let sum = 0
  let at = from
  let value = valueAt(samples, from)
  while (at < to) {
    const next = Math.min(to, Math.floor(at) + 1)
    const nextValue = valueAt(samples, next)
    sum += ((value + nextValue) / 2 - level) * (next - at)
    at = next
    value = nextValue
  }
  return (sum * 1000) / rateHz
}
