import { type Weights, weightedIntervals } from './bootstrap.ts'
import { brierOf, calibrationOf, inTheLargeOf } from './calibration.ts'
import type { GroupedCase } from './cases.ts'
import { countsAt } from './discrimination.ts'
import { COMPARABLE } from './fairness.ts'
import { gapsOf, isJudgeable, PROTECTED } from './group-rates.ts'
import { once, rank, rankedAuprc, rankedAuroc, rankedEce } from './ranked.ts'
import type { Scored } from './scored.ts'

export interface MetricRow {
  name: string
  value: number | null
  ci: [number | null, number | null]
  n: number
  unit?: string
  group?: string
  /** Why there is no value. */
  note?: string
}

/** Statistics by name of any weighting of the same cases, in the order in which they are listed. */
export interface Statistics {
  names: readonly string[]
  of(weights: Weights): readonly number[]
}

/** Rows of several statistics: value and 95 % interval by patient, all from the same draws; null where it is not defined. */
export function metricRows(
  cases: readonly { patient: string }[],
  statistics: Statistics,
  { draws, group }: { draws: number; group?: string }
): MetricRow[] {
  const values = statistics.of(once(cases))
  const intervals =
    cases.length === 0
      ? []
      : weightedIntervals(
          cases.map(({ patient }) => patient),
          statistics.of,
          draws
        )
  return statistics.names.map((name, i) => {
    const [low, high] = intervals[i] ?? [Number.NaN, Number.NaN]
    return {
      name,
      value: known(values[i]!),
      ci: [known(low), known(high)],
      n: cases.length,
      ...(group ? { group } : {})
    }
  })
}

const LABEL_METRICS = [
  'auroc',
  'auprc',
  'brier',
  'ece',
  'calibration.slope',
  'calibration.intercept',
  'prevalence',
  'sensitivity',
  'specificity',
  'ppv',
  'npv',
  'ruledOut'
] as const

/**
 * All metrics of one label over all cases. `calibration.slope` is that of label ~ logit(probability), `calibration.intercept` calibration
 * in the large (slope held at 1).
 *
 * @param threshold operating point, at or above which a case is positive and below which it is ruled out
 */
export function labelRows(
  label: string,
  cases: readonly Scored[],
  { threshold, draws, leading }: { threshold: number; draws: number; leading: boolean }
): MetricRow[] {
  const ranked = rank(cases)
  const [brier, line, inTheLarge, at] = [
    brierOf(cases),
    calibrationOf(cases),
    inTheLargeOf(cases),
    countsAt(cases, threshold)
  ]
  const statistics: Statistics = {
    names: LABEL_METRICS.map((name) => labelled(name, label, leading)),
    of(weights) {
      const { sensitivity, specificity, ppv, npv, ruledOut } = at(weights)
      const prevalence = prevalenceOf(ranked, weights)
      return [
        rankedAuroc(ranked, weights),
        rankedAuprc(ranked, weights),
        brier(weights),
        rankedEce(ranked, weights),
        line(weights).slope,
        inTheLarge(weights),
        prevalence,
        sensitivity,
        specificity,
        ppv,
        npv,
        ruledOut
      ]
    }
  }
  const rows = metricRows(cases, statistics, { draws })
  rows.push({
    name: labelled('threshold', label, leading),
    value: known(threshold),
    ci: [null, null],
    n: cases.length
  })
  // The leading label under its own name as well, so that who looks for a label need not know which leads.
  return leading ? [...rows, { ...rows[0]!, name: `auroc.${label}` }] : rows
}

/** Bare for the module's leading label, else with the label behind it: 'auroc', 'auroc.48h'. */
export const labelled = (name: string, label: string, leading: boolean): string => (leading ? name : `${name}.${label}`)

const GROUP_METRICS = ['auroc', 'prevalence', 'sensitivity', 'fpr', 'calibration.intercept'] as const

/** Figures of each group, drawn within it; a group with too few cases or events is listed with null. */
export function groupRows(
  cases: readonly GroupedCase[],
  { threshold, draws }: { threshold: number; draws: number }
): MetricRow[] {
  // Codes of '<' stand behind those of digits: '<30' is the youngest band, and comes first.
  const byName = (a: string, b: string): number => (a.replace('<', ' ') < b.replace('<', ' ') ? -1 : 1)
  const names = [
    ...new Set(cases.flatMap(({ groups }) => Object.entries(groups).map(([key, value]) => `${key}=${value}`)))
  ]
  return names
    .sort(byName)
    .slice(0, MAX_LISTED)
    .flatMap((group): MetricRow[] => {
      const key = group.slice(0, group.indexOf('='))
      const members = cases.filter(({ groups }) => `${key}=${groups[key]}` === group)
      if (!isJudgeable(members))
        return GROUP_METRICS.map((name) => ({ name, value: null, ci: [null, null], n: members.length, group }))
      const ranked = rank(members)
      const [at, inTheLarge] = [countsAt(members, threshold), inTheLargeOf(members)]
      const of = (weights: Weights) => {
        const { sensitivity, specificity } = at(weights)
        const prevalence = prevalenceOf(ranked, weights)
        return [rankedAuroc(ranked, weights), prevalence, sensitivity, 1 - specificity, inTheLarge(weights)]
      }
      return metricRows(members, { names: GROUP_METRICS, of }, { draws, group })
    })
}

/** More groups than this are not strata but a column of something else. */
const MAX_LISTED = 100

/** `eod.<attribute>` and `equalizedOdds.<attribute>` of sex, age band and race, of those attributes that the cases have. */
export function fairnessRows(
  cases: readonly GroupedCase[],
  { threshold, draws }: { threshold: number; draws: number }
): MetricRow[] {
  const statistics = fairnessOf(cases, threshold)
  return statistics.names.length === 0 ? [] : metricRows(cases, statistics, { draws })
}

/** The same as statistics; the groups that are compared are those of fairness.ts (COMPARABLE). */
export function fairnessOf(cases: readonly GroupedCase[], threshold: number): Statistics {
  const attributes = PROTECTED.filter((attribute) => cases.some(({ groups }) => groups[attribute] !== undefined))
  const gaps = attributes.map((attribute) => gapsOf(cases, attribute, { threshold, limits: COMPARABLE }))
  return {
    names: attributes.flatMap((attribute) => [`eod.${attribute}`, `equalizedOdds.${attribute}`]),
    of: (weights) =>
      gaps.flatMap((gap) => {
        const { equalOpportunity, equalisedOdds } = gap(weights)
        return [equalOpportunity, equalisedOdds]
      })
  }
}

function prevalenceOf({ at, label }: { at: Uint32Array; label: Uint8Array }, weights: Weights): number {
  let [positives, total] = [0, 0]
  for (let i = 0; i < at.length; i++) {
    total += weights[at[i]!]!
    if (label[i] === 1) positives += weights[at[i]!]!
  }
  return positives / total
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
