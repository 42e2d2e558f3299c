import { matchCounts } from './matches.ts'
import { MOST_COMPARED, tolerance } from './tolerance.ts'

export const SAMPLE_LEAST = { beats: 100 }

/**
 * Sample entropy. Richman JS, Moorman JR 2000 (Am J Physiol 278:H2039): minus the logarithm of the chance that two stretches
 * alike over m values stay alike over m + 1; no template counts itself.
 *
 * @param whole intervals (MOST_COMPARED are used) in ms of one unbroken run
 * @param options m values a template (2); r tolerance (0.2 SD)
 * @returns nats; undefined under 99 intervals, without spread, or where nothing is alike
 */
export function sampleEntropy(
  whole: Float64Array,
  { m = 2, r: width }: { m?: number; r?: number } = {}
): number | undefined {
  const series = whole.subarray(0, MOST_COMPARED)
  const r = width ?? tolerance(series)
  return series.length < SAMPLE_LEAST.beats - 1 ? undefined : sampleEntropyOfAny(series, { m, r })
}

/** The same of a series of any length; for coarse-grained series (multiscale.ts). */
export function sampleEntropyOfAny(series: Float64Array, { m, r }: { m: number; r: number }): number | undefined {
  const count = series.length - m
  if (count < 2 || !(r > 0)) return undefined
  const pairs = (size: number): number => matchCounts(series, { m: size, r, count }).reduce((sum, n) => sum + n - 1, 0)
  const short = pairs(m)
  const long = pairs(m + 1)
  return short > 0 && long > 0 ? -Math.log(long / short) : undefined
}
