import { standardDeviation } from './moments.ts'
import type { NnSeries } from './nn-series.ts'

export const POINCARE_LEAST = { beats: 5 }

export interface Poincare {
  /** Spread across the line of identity, ms. */
  sd1: number
  /** Spread along the line of identity, ms. */
  sd2: number
  /** SD1 / SD2. */
  ratio: number
  /** Area of the ellipse pi SD1 SD2, ms2. */
  area: number
  /** Cardiac sympathetic index L / T with L = 4 SD2, T = 4 SD1. */
  csi: number
  /** Cardiac vagal index log10(L T), L and T in ms. */
  cvi: number
}

/**
 * Ellipse of the plot of each NN interval against the one before. Brennan M et al. 2001 (IEEE Trans Biomed Eng 48:1342);
 * CSI and CVI: Toichi M et al. 1997 (J Auton Nerv Syst 62:79).
 *
 * @returns undefined with fewer than three pairs, or where all intervals are equal
 */
export function poincare(nn: NnSeries): Poincare | undefined {
  const across: number[] = []
  const along: number[] = []
  for (const { rr } of nn) {
    for (let i = 1; i < rr.length; i++) {
      across.push((rr[i]! - rr[i - 1]!) / Math.SQRT2)
      along.push((rr[i]! + rr[i - 1]!) / Math.SQRT2)
    }
  }
  const sd1 = standardDeviation(Float64Array.from(across))
  const sd2 = standardDeviation(Float64Array.from(along))
  if (across.length < POINCARE_LEAST.beats - 2 || !(sd1 > 0) || !(sd2 > 0)) return undefined
  return { sd1, sd2, ratio: sd1 / sd2, area: Math.PI * sd1 * sd2, csi: sd2 / sd1, cvi: Math.log10(16 * sd1 * sd2) }
}
