import { percentiles, type Weights, weightedDraws } from './bootstrap.ts'
import type { GroupedCase } from './cases.ts'
import { cellsOf, type GroupLimits, gapsIn, judgeableGroups, tallyOf } from './group-rates.ts'
import { permutedGaps } from './permuted-gaps.ts'
import { once } from './ranked.ts'
import { type Contrast, simultaneousIntervals } from './simultaneous.ts'

/**
 * Groups that are compared: 100 cases and 20 of either outcome (specs 06 section 6). A difference of rates of fewer says more of
 * who happened to come than of the score.
 */
export const COMPARABLE: GroupLimits = { cases: 100, events: 20 }

/** Rates of one group, at or above the threshold = positive; NaN where the denominator is empty. */
export interface GroupRates {
  group: string
  n: number
  positives: number
  /** True-positive rate, sensitivity. */
  tpr: number
  /** False-positive rate, 1 - specificity. */
  fpr: number
  ppv: number
  /** Share called positive. */
  selectionRate: number
}

export interface GroupDifference {
  /** Largest minus smallest; NaN where fewer than two groups are large enough. */
  value: number
  groups: GroupRates[]
}

export interface FairnessOptions {
  limits?: GroupLimits
  /** Names of groups that are not compared whatever their size. */
  without?: ReadonlySet<string>
}

/**
 * Equal-opportunity difference: largest minus smallest true-positive rate between the groups of an attribute (Hardt, Price,
 * Srebro, NeurIPS 2016). The largest of several differences is above zero even where there is no gap: read it beside the
 * reference of `fairnessGap`.
 *
 * @example
 * // women 3 of 4 found, men 1 of 2: .75 - .5
 * equalOpportunityDifference(cases, 'sex', 0.3, { limits: { cases: 1, events: 1 } }).value // 0.25
 */
export const equalOpportunityDifference = (
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  options: FairnessOptions = {}
): GroupDifference => difference(cases, attribute, threshold, options, (rates) => spread(rates, 'tpr'))

/** Equalised-odds difference: the larger of the differences of true-positive and of false-positive rate. */
export const equalizedOddsDifference = (
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  options: FairnessOptions = {}
): GroupDifference =>
  difference(cases, attribute, threshold, options, (rates) => Math.max(spread(rates, 'tpr'), spread(rates, 'fpr')))

/**
 * Demographic-parity difference: largest minus smallest share called positive. Groups of which more fall ill differ here
 * without any unfairness: it is reported, and never an alarm.
 */
export const demographicParityDifference = (
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  options: FairnessOptions = {}
): GroupDifference => difference(cases, attribute, threshold, options, (rates) => spread(rates, 'selectionRate'))

/** A largest difference with its interval, and what it would be if the groups meant nothing. */
export interface GapFigure {
  name: 'equalOpportunity' | 'equalizedOdds' | 'demographicParity'
  value: number
  /** 95 % by drawing patients. It never reaches below zero, and lies too high where groups are small. */
  ci: [number, number]
  /**
   * The same figure with the groups exchanged between patients of equal outcomes: median and 95th percentile, and the share of
   * exchanges that gave at least this difference (with the one observed counted in).
   */
  reference: { median: number; p95: number; p: number }
}

export interface FairnessGap {
  attribute: string
  groups: GroupRates[]
  figures: GapFigure[]
  /** Each group against all other compared groups, with intervals that hold for all of them together. */
  contrasts: (Contrast & { group: string; of: 'tpr' | 'fpr' })[]
  /** `found`: some contrast's interval misses zero; `not-judged`: fewer than two groups are large enough. */
  verdict: 'found' | 'not-found' | 'not-judged'
}

/**
 * Whether a score treats the groups of an attribute differently at one threshold, with what it takes to tell a gap from noise:
 * intervals by patient, a permutation reference, and a verdict that is wrong in about one attribute of twenty without a gap.
 */
export function fairnessGap(
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  { draws = 2000, permutations = 1000, ...options }: FairnessOptions & { draws?: number; permutations?: number } = {}
): FairnessGap {
  const compared = compare(cases, attribute, threshold, options)
  const { names, tally, members } = compared
  const rates = ratesIn(tally(once(members)), names)
  if (names.length < 2) return { attribute, groups: rates, figures: [], contrasts: [], verdict: 'not-judged' }
  const valuesIn = (sums: Float64Array): number[] => [...gapValues(sums, names), ...contrastValues(sums, names.length)]
  const values = valuesIn(tally(once(members)))
  const columns = weightedDraws(
    members.map(({ patient }) => patient),
    (weights: Weights) => valuesIn(tally(weights)),
    draws
  )
  const permuted = permutedGaps(members, compared, { permutations, of: valuesIn })
  const contrasts = simultaneousIntervals(values.slice(3), columns.slice(3), permuted.slice(3)).map((contrast, i) => ({
    ...contrast,
    group: names[i >> 1]!,
    of: i % 2 === 0 ? ('tpr' as const) : ('fpr' as const)
  }))
  return {
    attribute,
    groups: rates,
    figures: NAMES.map((name, i) => ({
      name,
      value: values[i]!,
      ci: columns[i] ? percentiles(columns[i]) : [Number.NaN, Number.NaN],
      reference: referenceOf(values[i]!, permuted[i]!)
    })),
    contrasts,
    verdict: contrasts.some(({ ci: [low, high] }) => low > 0 || high < 0) ? 'found' : 'not-found'
  }
}

/**
 * Whether a gap calls for a person of the equity office (specs 06 section 6): equal-opportunity difference above .10 with the
 * interval above .05, and, which the specification does not ask for, beyond what exchanged groups give in nineteen of twenty:
 * between several small groups the first two are met by noise alone.
 */
export const isBreach = ({ figures }: FairnessGap): boolean =>
  figures.some(
    ({ name, value, ci, reference }) => name === 'equalOpportunity' && value > 0.1 && ci[0] > 0.05 && reference.p < 0.05
  )

const NAMES = ['equalOpportunity', 'equalizedOdds', 'demographicParity'] as const

function compare(
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  { limits = COMPARABLE, without = new Set() }: FairnessOptions
) {
  const names = judgeableGroups(cases, attribute, limits).filter((name) => !without.has(name))
  const compared = new Set(names)
  const members = cases.filter(({ groups }) => compared.has(groups[attribute] ?? ''))
  const { cell } = cellsOf(members, { attribute, names, threshold })
  return { names, members, cell, tally: tallyOf(cell, names.length) }
}

function difference(
  cases: readonly GroupedCase[],
  attribute: string,
  threshold: number,
  options: FairnessOptions,
  value: (rates: GroupRates[]) => number
): GroupDifference {
  const { names, tally, members } = compare(cases, attribute, threshold, options)
  const groups = ratesIn(tally(once(members)), names)
  return { value: groups.length < 2 ? Number.NaN : value(groups), groups }
}

function ratesIn(sums: Float64Array, names: readonly string[]): GroupRates[] {
  return names.map((group, i) => {
    const [tn, fn, fp, tp] = sums.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number]
    const n = tn + fn + fp + tp
    return {
      group,
      n,
      positives: tp + fn,
      tpr: tp / (tp + fn),
      fpr: fp / (fp + tn),
      ppv: tp / (tp + fp),
      selectionRate: (tp + fp) / n
    }
  })
}

function spread(rates: readonly GroupRates[], name: 'tpr' | 'fpr' | 'selectionRate'): number {
  const values = rates.map((one) => one[name])
  return Math.max(...values) - Math.min(...values)
}

/** The three figures, in the order of NAMES. */
function gapValues(sums: Float64Array, names: readonly string[]): number[] {
  const { equalOpportunity, equalisedOdds } = gapsIn(sums, names.length)
  let [least, most] = [1, 0]
  for (let i = 0; i < names.length; i++) {
    const [tn, fn, fp, tp] = [sums[i * 4]!, sums[i * 4 + 1]!, sums[i * 4 + 2]!, sums[i * 4 + 3]!]
    const rate = (tp + fp) / (tn + fn + fp + tp)
    least = Math.min(least, rate)
    most = Math.max(most, rate)
  }
  return [equalOpportunity, equalisedOdds, most - least]
}

/** True- and false-positive rate of each group minus that of all others together. */
function contrastValues(sums: Float64Array, groups: number): number[] {
  const total = [0, 0, 0, 0]
  for (let i = 0; i < groups * 4; i++) total[i % 4]! += sums[i]!
  return Array.from({ length: groups }, (_, group) =>
    [1, 0].map((label) => {
      const [below, above] = [sums[group * 4 + label]!, sums[group * 4 + 2 + label]!]
      const [restBelow, restAbove] = [total[label]! - below, total[2 + label]! - above]
      return above / (above + below) - restAbove / (restAbove + restBelow)
    })
  ).flat()
}

function referenceOf(value: number, permuted: Float64Array): GapFigure['reference'] {
  const sorted = Float64Array.from(permuted).sort()
  const atLeast = sorted.filter((one) => one >= value - 1e-12).length
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN,
    p: (1 + atLeast) / (1 + sorted.length)
  }
}
