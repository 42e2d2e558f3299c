import type { Weights } from './bootstrap.ts'
import type { GroupedCase } from './cases.ts'

/** Groups smaller than this are listed without a metric (specs README section L). */
export const MIN_GROUP = 30
export const MIN_EVENTS = 5

/** Attributes whose gaps are fairness figures; further strata (unit, quality) are listed and not compared. */
export const PROTECTED = ['sex', 'age', 'race'] as const

/** What a group must have: cases, and cases of either outcome. */
export interface GroupLimits {
  cases: number
  events: number
}

export const LISTED: GroupLimits = { cases: MIN_GROUP, events: MIN_EVENTS }

/** Has the group enough cases, and enough of both outcomes, for a figure? */
export function isJudgeable(members: readonly { label: 0 | 1 }[], { cases, events }: GroupLimits = LISTED): boolean {
  const positives = members.reduce((sum, { label }) => sum + label, 0)
  return members.length >= cases && Math.min(positives, members.length - positives) >= events
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
  { threshold, limits = LISTED }: { threshold: number; limits?: GroupLimits }
): (weights: Weights) => Gaps {
  const names = judgeableGroups(cases, attribute, limits)
  const { cell, groups } = cellsOf(cases, { attribute, names, threshold })
  const tally = tallyOf(cell, groups)
  return (weights) =>
    names.length < 2
      ? { equalOpportunity: Number.NaN, equalisedOdds: Number.NaN }
      : gapsIn(tally(weights), names.length)
}

/** The gaps of one tally. */
export function gapsIn(sums: Float64Array, groups: number): Gaps {
  const [truePositive, falsePositive] = [1, 0].map((label) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let group = 0; group < groups; group++) {
      const [below, above] = [sums[group * 4 + label]!, sums[group * 4 + 2 + label]!]
      const rate = above / (above + below)
      if (Number.isNaN(rate)) return Number.NaN
      least = Math.min(least, rate)
      most = Math.max(most, rate)
    }
    return most - least
  }) as [number, number]
  return { equalOpportunity: truePositive, equalisedOdds: Math.max(truePositive, falsePositive) }
}

/**
 * The cell of each case: group * 4 + 0 true negative, 1 false negative, 2 false positive, 3 true positive; `groups` is the
 * number of names, and its four cells take the cases of no group that is named.
 */
export function cellsOf(
  cases: readonly GroupedCase[],
  { attribute, names, threshold }: { attribute: string; names: readonly string[]; threshold: number }
): { cell: Uint16Array; groups: number } {
  const places = new Map(names.map((name, place) => [name, place]))
  const cell = Uint16Array.from(cases, ({ groups, probability, label }) => {
    const group = places.get(groups[attribute] ?? '') ?? names.length
    return group * 4 + (probability >= threshold ? 2 : 0) + label
  })
  return { cell, groups: names.length }
}

/** Sums of weights by cell; the array is used again by the next call. */
export function tallyOf(cell: Uint16Array, groups: number): (weights: Weights) => Float64Array {
  const sums = new Float64Array((groups + 1) * 4)
  return (weights) => {
    sums.fill(0)
    for (let i = 0; i < cell.length; i++) sums[cell[i]!]! += weights[i]!
    return sums
  }
}

/** Names of the groups of an attribute that are large enough, sorted. */
export function judgeableGroups(
  cases: readonly GroupedCase[],
  attribute: string,
  limits: GroupLimits = LISTED
): string[] {
  const groups = Map.groupBy(cases, ({ groups: strata }) => strata[attribute])
  return [...groups]
    .flatMap(([name, members]) => (name !== undefined && isJudgeable(members, limits) ? [name] : []))
    .sort()
    .slice(0, MAX_GROUPS)
}

/** A column that holds something else (a device's serial number) must not make a table of thousands. */
const MAX_GROUPS = 60
