import { scaleOf, standardised } from '../../../inference/metrics/ridge-logistic.ts'

/** One stay of a history: what the score went by (or what is known of it), and what it said. */
export interface HistoryRow {
  id: string
  score: number
  /** In the order of the input names; null is missing. */
  inputs: readonly (number | null)[]
}

export interface MatchedPair {
  first: HistoryRow
  second: HistoryRow
  /** Root mean square of the differences in standard deviations, over the inputs that both have. */
  distance: number
}

/** Of all inputs, so many must be known of both to call two people alike. */
const SHARED = 0.5

/**
 * Pairs of people alike in the inputs, one of each group, nobody twice: each of the smaller group, in the order given, takes the
 * nearest of the other group that is still free and within the caliper (greedy matching without replacement; Rosenbaum
 * and Rubin, Am Stat 1985;39:33). Inputs are measured in standard deviations of both groups together.
 *
 * @param caliper largest distance, in standard deviations
 */
export function matchPairs(
  first: readonly HistoryRow[],
  second: readonly HistoryRow[],
  { caliper }: { caliper: number }
): MatchedPair[] {
  const scale = scaleOf([...first, ...second].map(({ inputs }) => inputs))
  const placed = (rows: readonly HistoryRow[]) => rows.map((row) => ({ row, place: placeOf(row, scale), isFree: true }))
  const [seekers, pool] =
    first.length <= second.length ? [placed(first), placed(second)] : [placed(second), placed(first)]
  return seekers.flatMap((seeker) => {
    let nearest: (typeof pool)[number] | undefined
    let distance = caliper
    for (const one of pool) {
      if (!one.isFree) continue
      const away = distanceOf(seeker.place, one.place)
      if (away < distance || (away === distance && !nearest)) {
        nearest = one
        distance = away
      }
    }
    if (!nearest) return []
    nearest.isFree = false
    const [a, b] = first.length <= second.length ? [seeker.row, nearest.row] : [nearest.row, seeker.row]
    return [{ first: a, second: b, distance }]
  })
}

/** NaN where an input is missing: never taken for the mean. */
function placeOf({ inputs }: HistoryRow, scale: ReturnType<typeof scaleOf>): Float64Array {
  const place = standardised(inputs, scale)
  for (const [j, value] of inputs.entries()) if (value === null) place[j] = Number.NaN
  return place.subarray(0, inputs.length)
}

function distanceOf(a: Float64Array, b: Float64Array): number {
  let [n, sum] = [0, 0]
  for (let j = 0; j < a.length; j++) {
    const difference = a[j]! - b[j]!
    if (Number.isNaN(difference)) continue
    n++
    sum += difference * difference
  }
  return n < SHARED * a.length || n === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(sum / n)
}

/**
 * How far the groups of the pairs still lie apart: of each input the difference of means in standard deviations (of both groups
 * before matching). Balanced: none above a tenth (Austin, Multivariate Behav Res 2011;46:399).
 */
export function imbalance(pairs: readonly MatchedPair[], all: readonly HistoryRow[]): number[] {
  const { inverse } = scaleOf(all.map(({ inputs }) => inputs))
  return Array.from(inverse, (per, j) => {
    const means = (['first', 'second'] as const).map((side) => {
      const known = pairs.flatMap((pair) => pair[side].inputs[j] ?? [])
      return known.reduce((sum, value) => sum + value, 0) / known.length
    })
    const apart = (means[0]! - means[1]!) * per
    return Number.isNaN(apart) ? 0 : apart
  })
}
