import type { Weights } from './bootstrap.ts'
import { once, rank, rankedAuprc, rankedAuroc } from './ranked.ts'
import type { Scored } from './scored.ts'

export type { Scored } from './scored.ts'

/** Area under the ROC curve as Mann-Whitney statistic, ties count half; NaN without both classes. */
export const auroc = (cases: readonly Scored[]): number => rankedAuroc(rank(cases), once(cases))

/** Area under the precision-recall curve as average precision (see `rankedAuprc`); NaN without a positive. */
export const auprc = (cases: readonly Scored[]): number => rankedAuprc(rank(cases), once(cases))

/** Share of cases below the threshold, and how many of those are truly negative; npv NaN when none is below. */
export function ruledOut(cases: readonly Scored[], threshold: number): { fraction: number; npv: number } {
  const { ruledOut: fraction, npv } = countsAt(cases, threshold)(once(cases))
  return { fraction, npv }
}

/** At or above the threshold = positive. */
export function atThreshold(
  cases: readonly Scored[],
  threshold: number
): { sensitivity: number; specificity: number; ppv: number } {
  const { sensitivity, specificity, ppv } = countsAt(cases, threshold)(once(cases))
  return { sensitivity, specificity, ppv }
}

/** What a threshold does with a sample; NaN where the denominator is empty. */
export interface AtThreshold {
  sensitivity: number
  specificity: number
  ppv: number
  npv: number
  /** Share of all cases below the threshold. */
  ruledOut: number
}

/** The same of any weighting of the cases, at or above the threshold = positive. */
export function countsAt(cases: readonly Scored[], threshold: number): (weights: Weights) => AtThreshold {
  // 0 true negative, 1 false negative, 2 false positive, 3 true positive
  const cell = Uint8Array.from(cases, ({ probability, label }) => (probability >= threshold ? 2 : 0) + label)
  return (weights) => {
    const sums = [0, 0, 0, 0] as [number, number, number, number]
    for (let i = 0; i < cell.length; i++) sums[cell[i]!]! += weights[i]!
    const [tn, fn, fp, tp] = sums
    return {
      sensitivity: tp / (tp + fn),
      specificity: tn / (tn + fp),
      ppv: tp / (tp + fp),
      npv: tn / (tn + fn),
      ruledOut: (tn + fn) / (tn + fn + fp + tp)
    }
  }
}

/**
 * The threshold at or above which as many cases lie as there are positives, or as near to it as ties allow: makes groups
 * and scores comparable where no site has chosen an operating point. NaN for no case.
 *
 * @example
 * // two of four are positive
 * prevalenceMatchedThreshold(cases([0.9, 1], [0.7, 0], [0.4, 1], [0.1, 0])) // 0.7
 */
export function prevalenceMatchedThreshold(cases: readonly Scored[]): number {
  const positives = cases.reduce((sum, { label }) => sum + label, 0)
  const falling = Float64Array.from(cases, ({ probability }) => probability)
    .sort()
    .reverse()
  if (falling.length === 0) return Number.NaN
  // A threshold above all: nobody is positive.
  let best = { threshold: Number.POSITIVE_INFINITY, off: positives }
  for (let i = 0; i < falling.length; i++) {
    if (falling[i] === falling[i + 1]) continue
    const off = Math.abs(i + 1 - positives)
    if (off < best.off) best = { threshold: falling[i]!, off }
  }
  return best.threshold
}
