import { mulberry32, type Weights, weightedDraws } from './bootstrap.ts'
import { once } from './ranked.ts'
import { metricRows } from './rows.ts'
import { shuffle } from './shuffle.ts'
import { simultaneousIntervals } from './simultaneous.ts'
import {
  abstention,
  attributesOf,
  figureOf,
  type MeasuredGap,
  NOT_RECORDED,
  type RefusedCase,
  type SubgroupReport,
  type SubgroupRow,
  splitBy
} from './subgroups.ts'

/** One measurement beside what the reference said. */
export interface MeasuredCase {
  patient: string
  /** Ours minus the reference, in the label's unit. */
  difference: number
  groups: Record<string, string>
}

const FIGURES = ['bias', 'sd', 'meanAbsolute'] as const
/** Groups whose mean errors are compared. */
const COMPARED = 100
const MAX_EXCHANGES = 1000
const SEED = 4004

/**
 * The subgroup report of a module that measures instead of classify: mean difference from the reference (bias), its standard
 * deviation, mean absolute difference, with 95 % intervals by patient; and whether the bias differs between groups of at
 * least 100. Groups under 30 are listed without figures.
 */
export function measuredReport(
  cases: readonly MeasuredCase[],
  {
    label,
    unit,
    attributes,
    draws = 2000,
    refused = [],
    answered,
    complementary
  }: {
    label: string
    unit?: string
    attributes?: readonly string[]
    draws?: number
    refused?: readonly RefusedCase[]
    answered?: readonly RefusedCase[]
    complementary?: boolean
  }
): SubgroupReport {
  const split = splitBy(cases, {
    refused,
    answered,
    attributes,
    complementary,
    figures: (members, asked) => [
      ...metricRows(members, { names: FIGURES, of: errorsOf(members) }, { draws }).map(figureOf),
      ...(refused.length > 0 ? [abstention(asked, draws)] : [])
    ]
  })
  return {
    label,
    kind: 'measurement',
    ...(unit ? { unit } : {}),
    ...split,
    gaps: [],
    measuredGaps: attributesOf(cases, attributes).map((attribute) => gapOf(cases, attribute, split.rows, draws)),
    draws
  }
}

/** Bias, standard deviation (of the population) and mean absolute difference of any weighting. */
function errorsOf(cases: readonly MeasuredCase[]): (weights: Weights) => number[] {
  const differences = Float64Array.from(cases, ({ difference }) => difference)
  return (weights) => {
    let [total, sum, squares, absolute] = [0, 0, 0, 0]
    for (let i = 0; i < differences.length; i++) {
      const [weight, difference] = [weights[i]!, differences[i]!]
      total += weight
      sum += weight * difference
      squares += weight * difference * difference
      absolute += weight * Math.abs(difference)
    }
    const bias = sum / total
    return [bias, Math.sqrt(Math.max(0, squares / total - bias * bias)), absolute / total]
  }
}

/** Mean error of each group against that of all others, with intervals that hold together. */
function gapOf(
  cases: readonly MeasuredCase[],
  attribute: string,
  rows: readonly SubgroupRow[],
  draws: number
): MeasuredGap {
  const names = rows.flatMap((row) =>
    row.attribute === attribute && !row.withheld && row.group !== NOT_RECORDED && (row.n ?? 0) >= COMPARED
      ? [row.group]
      : []
  )
  const members = cases.filter(({ groups }) => names.includes(groups[attribute] ?? ''))
  if (names.length < 2) return { attribute, contrasts: [], verdict: 'not-judged' }
  const places = new Map(names.map((name, place) => [name, place]))
  const group = Uint8Array.from(members, ({ groups }) => places.get(groups[attribute]!)!)
  const values = biasesOf(members, names.length)
  const drawn = weightedDraws(
    members.map(({ patient }) => patient),
    (weights) => values(weights, group),
    draws
  )
  const observed = values(once(members), group)
  const contrasts = simultaneousIntervals(
    observed,
    drawn,
    exchanged(members, { group, values, rounds: Math.min(MAX_EXCHANGES, draws) })
  ).map((contrast, i) => ({
    ...contrast,
    group: names[i]!
  }))
  const isFound = contrasts.some(({ ci: [low, high] }) => low > 0 || high < 0)
  return { attribute, contrasts, verdict: isFound ? 'found' : 'not-found' }
}

/** Mean difference of each group minus that of all others. */
function biasesOf(cases: readonly MeasuredCase[], groups: number) {
  const differences = Float64Array.from(cases, ({ difference }) => difference)
  return (weights: Weights, group: Uint8Array): number[] => {
    const [counts, sums] = [new Float64Array(groups), new Float64Array(groups)]
    for (let i = 0; i < differences.length; i++) {
      counts[group[i]!]! += weights[i]!
      sums[group[i]!]! += weights[i]! * differences[i]!
    }
    const [count, sum] = [counts.reduce((a, b) => a + b, 0), sums.reduce((a, b) => a + b, 0)]
    return Array.from(counts, (n, i) => sums[i]! / n - (sum - sums[i]!) / (count - n))
  }
}

/** The same with groups exchanged between patients with equally many measurements. */
function exchanged(
  cases: readonly MeasuredCase[],
  {
    group,
    values,
    rounds
  }: { group: Uint8Array; values: (weights: Weights, group: Uint8Array) => number[]; rounds: number }
): Float64Array[] {
  const places = Map.groupBy(cases.keys(), (i) => cases[i]!.patient)
  const strata = [...Map.groupBy(places.values(), (own) => own.length).values()]
  const next = mulberry32(SEED)
  const [weights, moved] = [once(cases), new Uint8Array(group.length)]
  const columns: Float64Array[] = []
  for (let round = 0; round < rounds; round++) {
    for (const takers of strata) {
      const givers = shuffle([...takers], next)
      for (const [i, taker] of takers.entries())
        for (let j = 0; j < taker.length; j++) moved[taker[j]!] = group[givers[i]![j]!]!
    }
    for (const [i, value] of values(weights, moved).entries()) {
      columns[i] ??= new Float64Array(rounds)
      columns[i]![round] = value
    }
  }
  return columns
}
