import type { NnSeries } from '../../../../signal/hrv/nn-series.ts'
import { seededRandom } from '../../../../signal/seeded-random.ts'
import type { BeatInterval } from '../../../../signal/shape/bootstrap.ts'

/** Fewer pairs carry no interval; with more, what the recording's hour adds is far larger than what chance takes away. */
const MIN_PAIRS = 5
const MAX_PAIRS = 2000

/** Indices that are sums over pairs of successive intervals (x, y). */
type PairIndex = 'hrv.sdnn' | 'hrv.rmssd' | 'hrv.sdsd' | 'hrv.pnn20' | 'hrv.pnn50' | 'poincare.sd1' | 'poincare.sd2'

/**
 * 95 % intervals of the variability indices that are sums over pairs of successive normal intervals: pairs are drawn with
 * replacement, and the percentiles of the drawn indices are laid around the measured one by their distance from their own
 * median (Efron B, Tibshirani RJ 1993, chapter 13).
 *
 * Deviation: neighbouring pairs share an interval, which the draws do not keep; the intervals are a little narrow.
 *
 * @param values the measured indices, by id
 * @returns nothing for the indices under 5 or over 2,000 pairs
 */
export function variabilityIntervals(
  nn: NnSeries,
  values: Record<string, number | undefined>,
  { draws, seed }: { draws: number; seed: number }
): Partial<Record<string, BeatInterval>> {
  const pairs = nn.flatMap(({ rr }) =>
    Array.from({ length: Math.max(0, rr.length - 1) }, (_, i) => [rr[i]!, rr[i + 1]!] as const)
  )
  const n = pairs.length
  if (draws === 0 || n < MIN_PAIRS || n > MAX_PAIRS) return {}
  const next = seededRandom(seed)
  const drawn = Array.from({ length: draws }, () =>
    indicesOf(Array.from({ length: n }, () => pairs[Math.floor(next() * n)]!))
  )
  const intervals: Partial<Record<string, BeatInterval>> = {}
  for (const id of Object.keys(drawn[0]!) as PairIndex[]) {
    const value = values[id]
    if (value === undefined) continue
    const sorted = Float64Array.from(drawn, (one) => one[id]).sort()
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
    intervals[id] = {
      low: Math.max(0, value + Math.min(0, at(0.025) - at(0.5))),
      high: value + Math.max(0, at(0.975) - at(0.5)),
      n
    }
  }
  return intervals
}

function indicesOf(pairs: readonly (readonly [number, number])[]): Record<PairIndex, number> {
  const n = pairs.length
  let sum = 0
  let squares = 0
  let steps = 0
  let stepSquares = 0
  let over20 = 0
  let over50 = 0
  for (const [x, y] of pairs) {
    const step = y - x
    sum += y
    squares += y * y
    steps += step
    stepSquares += step * step
    if (Math.abs(step) > 20) over20++
    if (Math.abs(step) > 50) over50++
  }
  const variance = Math.max(0, (squares - (sum * sum) / n) / (n - 1))
  const stepVariance = Math.max(0, (stepSquares - (steps * steps) / n) / (n - 1))
  return {
    'hrv.sdnn': Math.sqrt(variance),
    'hrv.rmssd': Math.sqrt(stepSquares / n),
    'hrv.sdsd': Math.sqrt(stepVariance),
    'hrv.pnn20': (100 * over20) / n,
    'hrv.pnn50': (100 * over50) / n,
    'poincare.sd1': Math.sqrt(stepVariance / 2),
    // SD1^2 + SD2^2 = 2 SDNN^2 (Brennan M et al. 2001).
    'poincare.sd2': Math.sqrt(Math.max(0, 2 * variance - stepVariance / 2))
  }
}
