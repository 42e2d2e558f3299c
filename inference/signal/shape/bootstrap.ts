import { seededRandom } from '../seeded-random.ts'

/** 95 % interval of a measurement and how many beats it was drawn from. */
export interface BeatInterval {
  low: number
  high: number
  n: number
}

/** Fewer values than this carry no interval. */
const MIN_VALUES = 4

export interface BeatBootstrap {
  /**
   * 95 % interval around `point`: the beats' values are drawn with replacement, the median of each draw taken, and the
   * 2.5th and 97.5th percentile of the medians laid around the point by their distance from the median of all. So a
   * measurement on the median beat keeps its place and takes its width from the beats.
   * @param values one per beat, NaN where that beat has none
   * @returns undefined with fewer than 4 finite values or without a finite point
   */
  around(point: number, values: ArrayLike<number>): BeatInterval | undefined
  /** The same for the median of the values themselves: point and interval. */
  median(values: ArrayLike<number>): { value: number; interval?: BeatInterval }
}

/**
 * Bootstrap over beats (Efron B, Tibshirani RJ 1993, An Introduction to the Bootstrap, chapter 13, percentile interval).
 *
 * Deviations, for speed: all features with the same number of beats share one set of draws (the resamples of beat numbers),
 * and the median of a draw is found by walking the sorted values with the draw's counts, so a feature costs one sort and
 * draws x n / 2 steps. The same seed gives the same interval.
 *
 * @param draws resamples; 0 for no intervals
 * @param seed of the generator (mulberry32)
 */
export function beatBootstrap({ draws, seed }: { draws: number; seed: number }): BeatBootstrap {
  const countsOf = new Map<number, Uint16Array>()
  const medians = new Float64Array(draws)
  const around = (point: number, values: ArrayLike<number>): BeatInterval | undefined => {
    const sorted = finiteSorted(values)
    const n = sorted.length
    if (draws === 0 || n < MIN_VALUES || !Number.isFinite(point)) return undefined
    const counts = countsOf.get(n) ?? resampleCounts(n, draws, seed)
    countsOf.set(n, counts)
    for (let draw = 0; draw < draws; draw++) medians[draw] = countedMedian(sorted, counts, draw * n)
    medians.sort()
    const centre = middle(sorted)
    return {
      low: point + Math.min(0, percentile(medians, 0.025) - centre),
      high: point + Math.max(0, percentile(medians, 0.975) - centre),
      n
    }
  }
  return {
    around,
    median: (values) => {
      const value = middle(finiteSorted(values))
      return { value, interval: around(value, values) }
    }
  }
}

/** Median of the finite values; NaN where there is none. */
export const medianOf = (values: ArrayLike<number>): number => middle(finiteSorted(values))

function finiteSorted(values: ArrayLike<number>): Float64Array {
  const finite = new Float64Array(values.length)
  let n = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) finite[n++] = values[i]!
  return finite.subarray(0, n).sort()
}

const middle = (sorted: Float64Array): number =>
  sorted.length === 0 ? Number.NaN : (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2

/** counts[draw * n + i]: how often value i stands in that draw; n draws with replacement. */
function resampleCounts(n: number, draws: number, seed: number): Uint16Array {
  const counts = new Uint16Array(n * draws)
  const next = seededRandom(seed + n)
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < n; i++) counts[draw * n + Math.floor(next() * n)]!++
  }
  return counts
}

/** Median of a draw of n values: mean of its two middle ranks. */
function countedMedian(sorted: Float64Array, counts: Uint16Array, from: number): number {
  const n = sorted.length
  const lowRank = (n - 1) >> 1
  const highRank = n >> 1
  let seen = 0
  let i = 0
  for (; ; i++) {
    seen += counts[from + i]!
    if (seen > lowRank) break
  }
  const low = sorted[i]!
  while (seen <= highRank) seen += counts[from + ++i]!
  return (low + sorted[i]!) / 2
}

function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const left = Math.floor(at)
  const right = Math.min(sorted.length - 1, left + 1)
  return sorted[left]! + (sorted[right]! - sorted[left]!) * (at - left)
}
