import type { Weights } from './bootstrap.ts'
import type { GroupedCase } from './cases.ts'

/** Groups smaller than this are listed without a metric (specs README section L). */
export const MIN_GROUP = 30
export const MIN_EVENTS = 5

/** Attributes whose gaps are fairness figures; further strata (unit, quality) are listed and not compared. */
export const PROTECTED = ['sex', 'age', 'race'] as const

/** Has the group enough cases, and enough of both outcomes, for a figure? */
export function isJudgeable(members: readonly { label: 0 | 1 }[]): boolean {
  const events = members.reduce((sum, { label }) => sum + label, 0)
  return members.length >= MIN_GROUP && Math.min(events, members.length - events) >= MIN_EVENTS
}

/** Largest differences between the judgeable groups of an attribute. */
export interface Gaps {
  /** Largest minus smallest true-positive rate: equal-opportunity difference (Hardt, Price, Srebro, NeurIPS 2016). */
  equalOpportunity: number
  /** The larger of that and the same of the false-positive rate: equalised-odds difference. */
  equalisedOdds: number
}

/**
 * Gaps of any weighting of the cases, at or above the threshold = positive. Which groups are compared is settled once, on the
 * cases as they are; NaN where fewer than two are judgeable, and in a draw that leaves one of them without an outcome.
 */
export function gapsOf(
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number
): (weights: Weights) => Gaps {
  const names = judgeableGroups(cases, attribute)
  // group * 4 + 0 true negative, 1 false negative, 2 false positive, 3 true positive; the last cells take those of no group.
  const cell = Uint8Array.from(cases, ({ groups, probability, label }) => {
    const group = names.indexOf(groups[attribute] ?? '')
    return (group < 0 ? names.length : group) * 4 + (probability >= threshold ? 2 : 0) + label
  })
  const sums = new Float64Array((names.length + 1) * 4)
  return (weights) => {
    if (names.length < 2) return { equalOpportunity: Number.NaN, equalisedOdds: Number.NaN }
    sums.fill(0)
    for (let i = 0; i < cell.length; i++) sums[cell[i]!]! += weights[i]!
    const [truePositive, falsePositive] = [1, 0].map((label) => {
      const rates = names.map((_, group) => {
        const [below, above] = [sums[group * 4 + label]!, sums[group * 4 + 2 + label]!]
        return above / (above + below)
      })
      return Math.max(...rates) - Math.min(...rates)
    }) as [number, number]
    return { equalOpportunity: truePositive, equalisedOdds: Math.max(truePositive, falsePositive) }
  }
}

/** Names of the groups of an attribute that are large enough, sorted. */
export function judgeableGroups(cases: readonly GroupedCase[], attribute: string): string[] {
  const groups = Map.groupBy(cases, ({ groups: strata }) => strata[attribute])
  return [...groups]
    .flatMap(([name, members]) => (name !== undefined && isJudgeable(members) ? [name] : []))
    .sort()
    .slice(0, MAX_GROUPS)
}

/** A column that holds something else (a device's serial number) must not make a table of thousands. */
const MAX_GROUPS = 60
