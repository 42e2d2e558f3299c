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
}

export function rank(cases: readonly Scored[]): Ranked {
  const at = Uint32Array.from(cases.keys()).sort((a, b) => cases[a]!.probability - cases[b]!.probability)
  return {
    at,
    probability: Float64Array.from(at, (i) => cases[i]!.probability),
    label: Uint8Array.from(at, (i) => cases[i]!.label)
  }
}

/** One weight for each case: the sample as it is. */
export const once = (cases: { length: number }): Weights => new Uint8Array(cases.length).fill(1)

/** Area under the ROC curve as Mann-Whitney statistic, ties count half; NaN without both classes. */
export function rankedAuroc({ at, probability, label }: Ranked, weights: Weights): number {
  let [wins, positives, negatives] = [0, 0, 0]
  for (let i = 0; i < at.length; ) {
    const score = probability[i]!
    let [positive, negative] = [0, 0]
    for (; i < at.length && probability[i] === score; i++) {
      if (label[i] === 1) positive += weights[at[i]!]!
      else negative += weights[at[i]!]!
    }
    wins += positive * (negatives + negative / 2)
    positives += positive
    negatives += negative
  }
  return wins / (positives * negatives)
}

/**
 * Area under the precision-recall curve as average precision: precision at each distinct score, weighted with the recall
 * gained there. Not interpolated (Davis and Goadrich, ICML 2006). NaN without a positive.
 */
export function rankedAuprc({ at, probability, label }: Ranked, weights: Weights): number {
  let [sum, positives, all] = [0, 0, 0]
  for (let i = at.length - 1; i >= 0; ) {
    const score = probability[i]!
    let positive = 0
    for (; i >= 0 && probability[i] === score; i--) {
      const weight = weights[at[i]!]!
      all += weight
      if (label[i] === 1) positive += weight
    }
    positives += positive
    if (positive > 0) sum += (positive * positives) / all
  }
  return sum / positives
}

const BINS = 10

/**
 * Expected calibration error over ten bins of equal mass (specs README section G). Cases of one probability that fall into
 * two bins are shared out with their common rate of positives, so that the order in which they came does not matter.
 */
export function rankedEce({ at, probability, label }: Ranked, weights: Weights): number {
  let total = 0
  for (let i = 0; i < at.length; i++) total += weights[i]!
  let [error, gap, bin, position] = [0, 0, 1, 0]
  for (let i = 0; i < at.length; ) {
    const score = probability[i]!
    let [mass, positive] = [0, 0]
    for (; i < at.length && probability[i] === score; i++) {
      const weight = weights[at[i]!]!
      mass += weight
      if (label[i] === 1) positive += weight
    }
    const difference = mass === 0 ? 0 : score - positive / mass
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
  }
  return error / total
}
