import { matchCounts } from './matches.ts'
import { MOST_COMPARED, tolerance } from './tolerance.ts'

export const APPROXIMATE_LEAST = { beats: 100 }

/**
 * Approximate entropy. Pincus SM 1991 (PNAS 88:2297): the drop of the mean logarithm of the share of alike templates when
 * they grow from m to m + 1 values; a template counts itself. At most MOST_COMPARED intervals are compared.
 *
 * @param whole intervals in ms of one unbroken run
 * @param options m values a template (2); r tolerance (0.2 SD)
 * @returns nats; undefined under 99 intervals or without spread
 */
export function approximateEntropy(
  whole: Float64Array,
  { m = 2, r: width }: { m?: number; r?: number } = {}
): number | undefined {
  const series = whole.subarray(0, MOST_COMPARED)
  const r = width ?? tolerance(series)
  if (series.length < APPROXIMATE_LEAST.beats - 1 || !(r > 0)) return undefined
  return Math.abs(meanLog(series, m, r) - meanLog(series, m + 1, r))
}

function meanLog(series: Float64Array, m: number, r: number): number {
  const count = series.length - m + 1
  return matchCounts(series, { m, r, count }).reduce((sum, n) => sum + Math.log(n / count), 0) / count
}
