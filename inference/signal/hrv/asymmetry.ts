import type { NnSeries } from './nn-series.ts'

export const ASYMMETRY_LEAST = { beats: 64 }

export interface Asymmetry {
  /** Guzik's index: share of decelerations in the distances from the line of identity, %. */
  guzik: number
  /** Porta's index: share of accelerations among the pairs that differ, %. */
  porta: number
  /** Slope index: share of decelerations in the phase angles, %. */
  slope: number
  /** Area index: share of decelerations in the sector areas, %. */
  area: number
}

/**
 * Asymmetry of the Poincare plot: whether slowing down and speeding up look alike (50 % each).
 *
 * Guzik P et al. 2006 (Biomed Tech 51:272) in the form of absolute distances; Porta A et al. 2008 (Am J Physiol 295:R550);
 * slope: Karmakar CK et al. 2015 (Physiol Meas 36:303); area: Yan C et al. 2017 (Biomed Eng Online 16:112).
 *
 * @returns undefined under 64 beats or where no two successive intervals differ
 */
export function asymmetry(nn: NnSeries): Asymmetry | undefined {
  const all = { pairs: 0, distance: 0, angle: 0, sector: 0 }
  const slower = { pairs: 0, distance: 0, angle: 0, sector: 0 }
  let intervals = 0
  for (const { rr } of nn) {
    intervals += rr.length
    for (let i = 1; i < rr.length; i++) {
      const x = rr[i - 1]!
      const y = rr[i]!
      if (x === y) continue
      const angle = Math.abs(Math.PI / 4 - Math.atan(y / x))
      for (const sum of y > x ? [all, slower] : [all]) {
        sum.pairs++
        sum.distance += Math.abs(y - x) / Math.SQRT2
        sum.angle += angle
        sum.sector += 0.5 * angle * (x * x + y * y)
      }
    }
  }
  if (intervals < ASYMMETRY_LEAST.beats - 1 || all.pairs === 0) return undefined
  return {
    guzik: (100 * slower.distance) / all.distance,
    porta: (100 * (all.pairs - slower.pairs)) / all.pairs,
    slope: (100 * slower.angle) / all.angle,
    area: (100 * slower.sector) / all.sector
  }
}
