import { weightedIntervals } from '../../../inference/metrics/bootstrap.ts'
import type { AnswerScale, FlipTarget } from './question.ts'
import { ATTRIBUTES, type Attribute } from './twins.ts'

/** What one twin did. */
export interface FlipChange {
  stay: string
  patient: string
  twin: string
  attribute: Attribute
  contrast: string
  variant: string
  recorded: number
  flipped: number
  /** In the direction of the contrast, in the terms of the scale. */
  change: number
}

export type Verdict =
  /** The interval of the mean change excludes 0. */
  | 'difference'
  | 'no difference shown'
  /** Asked, and every twin got the very same number. */
  | 'identical answers'
  /** Not asked: the attribute is no input. Says nothing of fairness; see the proxy check (rules section 12). */
  | 'not informative'
  /** Fewer stays than an interval is given for. */
  | 'too few'

export interface FlipRow {
  attribute: Attribute
  contrast: string
  variant: string
  verdict: Verdict
  /** Twins, and the people they are of. */
  twins: number
  stays: number
  /** Of the changes, in the terms of the scale; absent where not informative. */
  mean?: number
  ci?: [number, number]
  meanAbsolute?: number
  absoluteCi?: [number, number]
  /** Share of twins that moved by more than 5 % of the scale. */
  shareAbove?: number
  /** The change of the greatest size, with its sign. */
  largest?: number
  /** Twins with the very same number. */
  identical?: number
  byBand: BandRow[]
}

export interface BandRow {
  /** Of the score of the stay as recorded: '[0.05, 0.20)'. */
  band: string
  twins: number
  /** Absent where fewer than ten stays lie in the band. */
  mean?: number
  meanAbsolute?: number
}

/** A case of the case bank changes by more than this under a flip (the paper's .05 of a probability). */
const NOTABLE = 0.05
/** As for groups of subgroup reports (specs README section L): fewer are listed without a figure. */
const FEWEST_STAYS = 30
const FEWEST_IN_BAND = 10
/** Six bands of the paper, as shares of the scale. */
const BAND_EDGES = [0, 0.05, 0.2, 0.4, 0.6, 0.85, 1]

/**
 * One row a contrast and variant, by attribute; attributes that are no input get a row that says so.
 * Intervals: bootstrap of people, percentiles at 95 %: the twins of one person are drawn together.
 */
export function flipRows(
  changes: readonly FlipChange[],
  { target, draws }: { target: Pick<FlipTarget<never>, 'isInput' | 'scale'>; draws: number }
): FlipRow[] {
  const groups = Map.groupBy(changes, ({ variant, contrast }) => `${variant}|${contrast}`)
  return inOrder([...groups.values()]).map((group) => {
    const { attribute, contrast, variant } = group[0]!
    const stays = new Set(group.map(({ patient }) => patient)).size
    const base = { attribute, contrast, variant, twins: group.length, stays }
    if (!target.isInput(attribute, variant)) return { ...base, verdict: 'not informative', byBand: [] }
    if (stays < FEWEST_STAYS) return { ...base, verdict: 'too few', byBand: [] }
    const { ci, absoluteCi } = intervals(group, draws)
    const values = group.map(({ change }) => change)
    const identical = values.filter((value) => value === 0).length
    const isDifferent = ci[0] > 0 || ci[1] < 0
    return {
      ...base,
      verdict: identical === values.length ? 'identical answers' : isDifferent ? 'difference' : 'no difference shown',
      mean: mean(values),
      ci,
      meanAbsolute: mean(values.map(Math.abs)),
      absoluteCi,
      largest: values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0),
      identical,
      ...shareAbove(values, target.scale),
      byBand: bandRows(group, target.scale)
    }
  })
}

/** By attribute; what was served before its parts; large contrasts before small ones. */
function inOrder(groups: readonly FlipChange[][]): FlipChange[][] {
  const rank = ({ attribute, variant }: FlipChange): number =>
    2 * ATTRIBUTES.indexOf(attribute) + (/^served/.test(variant) ? 0 : 1)
  return groups.toSorted(
    (a, b) => rank(a[0]!) - rank(b[0]!) || compare(a[0]!.variant, b[0]!.variant) || b.length - a.length
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function intervals(group: readonly FlipChange[], draws: number): Required<Pick<FlipRow, 'ci' | 'absoluteCi'>> {
  if (group.every(({ change }) => change === 0)) return { ci: [0, 0], absoluteCi: [0, 0] }
  const [ci, absoluteCi] = weightedIntervals(
    group.map(({ patient }) => patient),
    (weights) => {
      let [n, sum, size] = [0, 0, 0]
      for (const [i, { change }] of group.entries()) {
        n += weights[i]!
        sum += weights[i]! * change
        size += weights[i]! * Math.abs(change)
      }
      return [sum / n, size / n]
    },
    draws
  )
  return { ci: ci!, absoluteCi: absoluteCi! }
}

function shareAbove(values: readonly number[], { unit, min, max }: AnswerScale): Pick<FlipRow, 'shareAbove'> {
  if (unit === 'measurement') return {}
  // A change of .05 in decimals is not more than .05 for its last binary digit.
  const notable = NOTABLE * (max - min) + 1e-9
  return { shareAbove: values.filter((value) => Math.abs(value) > notable).length / values.length }
}

function bandRows(group: readonly FlipChange[], { min, max, unit }: AnswerScale): BandRow[] {
  if (unit === 'measurement') return []
  return BAND_EDGES.slice(0, -1).flatMap((from, i) => {
    const isLast = i === BAND_EDGES.length - 2
    const to = BAND_EDGES[i + 1]!
    const inside = group.filter(({ recorded }) => {
      const share = (recorded - min) / (max - min)
      return share >= from && (share < to || isLast)
    })
    if (inside.length === 0) return []
    const digits = unit === 'points' ? 1 : 2
    const edge = (share: number): string => (min + share * (max - min)).toFixed(digits)
    const band = `[${edge(from)}, ${edge(to)}${isLast ? ']' : ')'}`
    const isEnough = new Set(inside.map(({ stay }) => stay)).size >= FEWEST_IN_BAND
    const values = inside.map(({ change }) => change)
    return [
      {
        band,
        twins: inside.length,
        ...(isEnough ? { mean: mean(values), meanAbsolute: mean(values.map(Math.abs)) } : {})
      }
    ]
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
