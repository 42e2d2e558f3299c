import type { NnSeries } from './nn-series.ts'

/** Two minutes are the window of the paper; under twenty beats chance decides. */
export const AF_EVIDENCE_LEAST = { beats: 20 }
/** Cell of the plot, ms; half width of the origin, ms; reach of the plot, ms. Sarkar et al. 2008, section II. */
const CELL_MS = 25
const ORIGIN_MS = 80
const REACH_MS = 600

export interface AfEvidence {
  /** Evidence over the pairs seen: near 1 in fibrillation, negative in sinus rhythm. */
  share: number
  /** The same as a count, as in the paper (about twice the number of minutes times beats a minute at most). */
  evidence: number
  pairs: number
}

/**
 * Evidence of atrial fibrillation in the Lorenz plot of successive differences (dRR[i-1], dRR[i]). After Sarkar S, Ritscher D,
 * Mehra R 2008 (IEEE Trans Biomed Eng 55:1219): cells hit outside the origin (irregular without a pattern) minus points in
 * the origin (regular) minus twice the points that only repeat a cell already hit (a pattern, such as bigeminy).
 *
 * Deviation: the paper weighs repeats by the part of the plot they lie in, to tell atrial ectopy from flutter; here all repeats
 * outside the origin count the same, since only fibrillation is asked for.
 *
 * @param nn intervals of all beats but ventricular ones: selectNn with `anyRhythm`
 * @returns undefined under 20 beats
 */
export function afEvidence(nn: NnSeries): AfEvidence | undefined {
  const cells = new Set<string>()
  let outside = 0
  let inside = 0
  for (const { rr } of nn) {
    for (let i = 2; i < rr.length; i++) {
      const before = clip(rr[i - 1]! - rr[i - 2]!)
      const now = clip(rr[i]! - rr[i - 1]!)
      if (Math.abs(before) < ORIGIN_MS && Math.abs(now) < ORIGIN_MS) inside++
      else {
        outside++
        cells.add(`${Math.floor(before / CELL_MS)}:${Math.floor(now / CELL_MS)}`)
      }
    }
  }
  const pairs = inside + outside
  if (pairs < AF_EVIDENCE_LEAST.beats - 3) return undefined
  const evidence = cells.size - inside - 2 * (outside - cells.size)
  return { share: evidence / pairs, evidence, pairs }
}

const clip = (value: number): number => Math.max(-REACH_MS, Math.min(REACH_MS, value))
