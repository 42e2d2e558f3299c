import { weightedIntervals } from '../../../inference/metrics/bootstrap.ts'
import type { Figure } from './figures.ts'

export interface AgreementRequest {
  pairs: readonly { patient: string; value: number; truth: number }[]
  draws: number
}

export interface Agreement {
  n: number
  suppressed?: string
  /** Measured minus truth, in the label's unit. */
  bias?: Figure
  sd?: Figure
  /** bias -/+ 1.96 SD. */
  lower?: Figure
  upper?: Figure
}

/** Fewer differences than this say nothing about their spread. */
const MIN_PAIRS = 30

/**
 * Agreement of two ways to measure (Bland and Altman, Lancet 1986;327:307): mean difference, its standard deviation, and the
 * limits within which 95 % of differences lie if they are normal.
 *
 * Deviation: intervals by patient bootstrap and not by the normal formula, since a patient has several tracings.
 *
 * @example agreement({ pairs: [...], draws: 400 }).bias // { value: -2.1, ci: [-2.6, -1.5] }
 */
export function agreement({ pairs, draws }: AgreementRequest): Agreement {
  const n = pairs.length
  if (n < MIN_PAIRS) return { n, suppressed: `fewer than ${MIN_PAIRS} pairs` }
  const differences = Float64Array.from(pairs, ({ value, truth }) => value - truth)
  const of = (weights: ArrayLike<number>): number[] => {
    let [total, sum] = [0, 0]
    for (let i = 0; i < n; i++) {
      total += weights[i]!
      sum += weights[i]! * differences[i]!
    }
    const bias = sum / total
    let squares = 0
    for (let i = 0; i < n; i++) squares += weights[i]! * (differences[i]! - bias) ** 2
    const sd = Math.sqrt(squares / (total - 1))
    return [bias, sd, bias - 1.96 * sd, bias + 1.96 * sd]
  }
  const values = of(new Uint8Array(n).fill(1))
  const intervals = weightedIntervals(
    pairs.map(({ patient }) => patient),
    of,
    draws
  )
  const [bias, sd, lower, upper] = values.map((value, i): Figure => ({ value, ci: intervals[i] ?? [null, null] }))
  return { n, bias: bias!, sd: sd!, lower: lower!, upper: upper! }
}
