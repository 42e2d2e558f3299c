import type { Weights } from './bootstrap.ts'
import type { Scored } from './scored.ts'

/**
 * Cases in ascending order of probability, sorted once; statistics of any weighting of them (a bootstrap draw) are then one
 * pass. Arrays [cases]: `at` is the place of the case in the order given, which is also that of the weights.
 */
export interface Ranked {
  at: Uint32Array
  probability: Float64Array
  label: Uint8Array
  /** 1 where the next case has another probability: the last of those that are equal. */
  last: Uint8Array
}

export function rank(cases: readonly Scored[]): Ranked {
  const at = Uint32Array.from(cases.keys()).sort((a, b) => cases[a]!.probability - cases[b]!.probability)
  const probability = Float64Array.from(at, (i) => cases[i]!.probability)
  return {
    at,
    probability,
    label: Uint8Array.from(at, (i) => cases[i]!.label),
    last: Uint8Array.from(at, (_, place) => (probability[place] === probability[place + 1] ? 0 : 1))
  }
}

/** One weight for each case: the sample as it is. */
export const once = (cases: { length: number }): Weights => new Uint8Array(cases.length).fill(1)

/** Area under the ROC curve as Mann-Whitney statistic, ties count half; NaN without both classes. */
export function rankedAuroc({ at, label, last }: Ranked, weights: Weights): number {
  let [wins, positives, negatives, positive, negative] = [0, 0, 0, 0, 0]
  for (let i = 0; i < at.length; i++) {
    const weight = weights[at[i]!]!
    if (label[i] === 1) positive += weight
    else negative += weight
    if (last[i] === 0) continue
    wins += positive * (negatives + negative / 2)
    positives += positive
    negatives += negative
    positive = 0
    negative = 0
  }
  return wins / (positives * negatives)
}

/**
 * Area under the precision-recall curve as average precision: precision at each distinct score, weighted with the recall
 * gained there. Not interpolated (Davis and Goadrich, ICML 2006). NaN without a positive.
 */
export function rankedAuprc({ at, label, last }: Ranked, weights: Weights): number {
  let [sum, positives, all, positive] = [0, 0, 0, 0]
  for (let i = at.length - 1; i >= 0; i--) {
    const weight = weights[at[i]!]!
    all += weight
    if (label[i] === 1) positive += weight
    // The case below ends a tie: this one is the first of its own.
    if (i > 0 && last[i - 1] === 0) continue
    positives += positive
    if (positive > 0) sum += (positive * positives) / all
    positive = 0
  }
  return sum / positives
}

const BINS = 10

/**
 * Expected calibration error over ten bins of equal mass (specs README section G). Cases of one probability that fall into
 * two bins are shared out with their common rate of positives, so that the order in which they came does not matter.
 */
export function rankedEce({ at, probability, label, last }: Ranked, weights: Weights): number {
  let total = 0
  for (let i = 0; i < at.length; i++) total += weights[i]!
  let [error, gap, bin, position, mass, positive] = [0, 0, 1, 0, 0, 0]
  for (let i = 0; i < at.length; i++) {
    const weight = weights[at[i]!]!
    mass += weight
    if (label[i] === 1) positive += weight
    if (last[i] === 0) continue
    const difference = mass === 0 ? 0 : probability[i]! - positive / mass
    while (mass > 0) {
      const room = Math.floor((bin * total) / BINS) - position
      const taken = Math.min(room, mass)
      gap += taken * difference
      position += taken
      mass -= taken
      if (taken < room) continue
      error += Math.abs(gap)
      gap = 0
      bin++
    }
    positive = 0
  }
  return error / total
}
