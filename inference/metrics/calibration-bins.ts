import { weightedIntervals } from './bootstrap.ts'
import { rank } from './ranked.ts'
import type { Scored } from './scored.ts'
import { wilson } from './wilson.ts'

/** One bin of a calibration plot. */
export interface CalibrationBin {
  n: number
  /** Mean of what was said. */
  predicted: number
  /** Share that came true, with its 95 % interval by patient; null: fewer than 30 cases. */
  observed: number | null
  ci: [number | null, number | null]
  /** Lowest and highest probability in it. */
  from: number
  to: number
}

const MOST_BINS = 10
const MIN_BIN = 30

/**
 * Bins of equal mass for a calibration plot: ten, or fewer of 30 cases each. Cases of one probability stay together, so that bins may differ in size.
 *
 * @example calibrationBins(cases, { draws: 500 })[9] // { n: 400, predicted: .52, observed: .55, ci: [.5, .6], from: .36, to: .93 }
 */
export function calibrationBins(cases: readonly Scored[], { draws = 1000 }: { draws?: number } = {}): CalibrationBin[] {
  const { at, probability } = rank(cases)
  const binOf = new Uint8Array(cases.length)
  const members: number[][] = []
  const bins = Math.max(1, Math.min(MOST_BINS, Math.floor(at.length / MIN_BIN)))
  let current = -1
  for (let i = 0; i < at.length; i++) {
    const due = Math.floor((i * bins) / at.length)
    if (due > current && probability[i] !== probability[i - 1]) {
      members.push([])
      current = due
    }
    members.at(-1)!.push(at[i]!)
    binOf[at[i]!] = members.length - 1
  }
  const shares = (weights: ArrayLike<number>): number[] => {
    const [totals, positives] = [new Float64Array(members.length), new Float64Array(members.length)]
    for (let i = 0; i < cases.length; i++) {
      totals[binOf[i]!]! += weights[i]!
      positives[binOf[i]!]! += weights[i]! * cases[i]!.label
    }
    return Array.from(totals, (total, bin) => positives[bin]! / total)
  }
  const intervals = weightedIntervals(
    cases.map(({ patient }) => patient),
    shares,
    draws
  )
  return members.map((own, bin) => {
    const said = own.map((i) => cases[i]!.probability)
    const isShown = own.length >= MIN_BIN
    const observed = own.reduce((sum, i) => sum + cases[i]!.label, 0) / own.length
    const drawn = intervals[bin] ?? [Number.NaN, Number.NaN]
    // None of seventy is no certainty.
    const [low, high] =
      drawn[0] === drawn[1] ? wilson(observed, new Set(own.map((i) => cases[i]!.patient)).size) : drawn
    return {
      n: own.length,
      predicted: said.reduce((sum, p) => sum + p, 0) / own.length,
      observed: isShown ? observed : null,
      ci: isShown && Number.isFinite(low) ? [low, high] : [null, null],
      from: said[0]!,
      to: said.at(-1)!
    }
  })
}
