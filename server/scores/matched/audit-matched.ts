import { weightedIntervals } from '../../../inference/metrics/bootstrap.ts'
import { type HistoryRow, imbalance, matchPairs } from './match-pairs.ts'

export interface MatchedAudit {
  /** Printed with every figure. */
  kind: 'observational, not a counterfactual'
  /** 'female against male' */
  contrast: string
  people: [number, number]
  pairs: number
  inputs: number
  verdict: 'difference' | 'no difference shown' | 'groups could not be balanced' | 'too few'
  /** Mean of score(first) - score(second) over the pairs, with the 95 % interval by bootstrap of pairs. */
  mean?: number
  ci?: [number, number]
  /** The same without matching: all of one group against all of the other. */
  unmatched?: number
  /** Inputs that still differ by more than a tenth of a standard deviation, the largest first. */
  unbalanced: { input: string; standardisedDifference: number }[]
}

export interface MatchedHistory {
  inputNames: readonly string[]
  groups: readonly [string, string]
  rows: readonly (HistoryRow & { group: string })[]
}

const FEWEST_PAIRS = 30
const BALANCED = 0.1

/**
 * Compares what a score said of people alike in its inputs, where nobody can be asked again: only history is there. This
 * is no flip: nothing shows that the pairs are alike in what was not recorded, so a difference is a reason to look closer and
 * no proof, and the absence of one is none either. Where the groups could not be made alike, no figure is given.
 *
 * @param caliper in standard deviations of the inputs
 */
export function auditMatched(
  { inputNames, groups, rows }: MatchedHistory,
  { caliper = 0.5, draws = 2000 }: { caliper?: number; draws?: number } = {}
): MatchedAudit {
  const [first, second] = [
    rows.filter(({ group }) => group === groups[0]),
    rows.filter(({ group }) => group === groups[1])
  ]
  const pairs = matchPairs(first, second, { caliper })
  const about = {
    kind: 'observational, not a counterfactual' as const,
    contrast: `${groups[0]} against ${groups[1]}`,
    people: [first.length, second.length] as [number, number],
    pairs: pairs.length,
    inputs: inputNames.length
  }
  if (pairs.length < FEWEST_PAIRS) return { ...about, verdict: 'too few', unbalanced: [] }
  const unbalanced = imbalance(pairs, [...first, ...second])
    .map((standardisedDifference, j) => ({ input: inputNames[j]!, standardisedDifference }))
    .filter(({ standardisedDifference }) => Math.abs(standardisedDifference) > BALANCED)
    .sort((a, b) => Math.abs(b.standardisedDifference) - Math.abs(a.standardisedDifference))
  if (unbalanced.length > 0) return { ...about, verdict: 'groups could not be balanced', unbalanced }
  const differences = pairs.map((pair) => pair.first.score - pair.second.score)
  const [ci] = weightedIntervals(
    pairs.map((_pair, i) => String(i)),
    (weights) => {
      let [n, sum] = [0, 0]
      for (const [i, difference] of differences.entries()) {
        n += weights[i]!
        sum += weights[i]! * difference
      }
      return [sum / n]
    },
    draws
  )
  return {
    ...about,
    verdict: ci![0] > 0 || ci![1] < 0 ? 'difference' : 'no difference shown',
    mean: mean(differences),
    ci: ci!,
    unmatched: mean(first.map(({ score }) => score)) - mean(second.map(({ score }) => score)),
    unbalanced
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
