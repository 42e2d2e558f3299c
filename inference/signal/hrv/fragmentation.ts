import type { NnSeries } from './nn-series.ts'

/** Costa's own recordings are hours long; a hundred intervals give a standard error of some 5 per cent points for PIP. */
export const FRAGMENTATION_LEAST = { beats: 64 }

export interface Fragmentation {
  /** Inflection points, % of NN intervals. */
  pip: number
  /** Inverse of the mean length of acceleration and deceleration segments, 1/intervals. */
  ials: number
  /** NN intervals in segments of fewer than three intervals, % of all. */
  pss: number
  /** NN intervals in alternation segments of at least four intervals, % of all. */
  pas: number
}

/**
 * Heart rate fragmentation. Costa MD, Davis RB, Goldberger AL 2017 (Front Physiol 8:255), section "Fragmentation indices".
 *
 * A segment is a row of differences of one sign; a difference of 0 belongs to none and ends one. An alternation segment is a
 * row of differences whose sign changes at every beat; it holds one interval more than differences.
 *
 * @returns undefined under 64 beats
 */
export function fragmentation(nn: NnSeries): Fragmentation | undefined {
  let intervals = 0
  let inflections = 0
  let short = 0
  let alternating = 0
  const lengths: number[] = []
  for (const { rr } of nn) {
    intervals += rr.length
    const signs = Array.from({ length: Math.max(0, rr.length - 1) }, (_, i) => Math.sign(rr[i + 1]! - rr[i]!))
    for (let i = 1; i < signs.length; i++) if (signs[i] !== signs[i - 1]) inflections++
    for (const length of rowsOf(signs, (a, b) => a === b && a !== 0)) lengths.push(length)
    for (const length of rowsOf(signs, (a, b) => a === -b && a !== 0)) if (length + 1 >= 4) alternating += length + 1
  }
  const steps = lengths.reduce((a, b) => a + b, 0)
  if (intervals < FRAGMENTATION_LEAST.beats - 1 || steps === 0) return undefined
  for (const length of lengths) if (length < 3) short += length
  return {
    pip: (100 * inflections) / intervals,
    ials: lengths.length / steps,
    pss: (100 * short) / steps,
    pas: Math.min(100, (100 * alternating) / intervals)
  }
}

/** Lengths of the rows of neighbours that `joins` holds together; a lone non-zero sign is a row of one. */
function rowsOf(signs: readonly number[], joins: (a: number, b: number) => boolean): number[] {
  const rows: number[] = []
  signs.forEach((sign, i) => {
    if (sign === 0) return
    if (i > 0 && joins(signs[i - 1]!, sign)) rows[rows.length - 1]!++
    else rows.push(1)
  })
  return rows
}
