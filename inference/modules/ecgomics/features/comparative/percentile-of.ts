import { linear, type Terms } from './norms.ts'

/**
 * Percentile of a value among people of the same age and sex, from linear quantile regressions (Koenker R, Bassett G 1978,
 * Econometrica 46:33). Quantiles that cross at that age are put in order (Chernozhukov V et al. 2010, Econometrica 78:1093);
 * between two quantiles the percentile runs straight.
 *
 * @param coefficients one row of terms for each of `quantiles`, rising
 * @returns %, at the ends the lowest and highest quantile itself: what lies beyond them is not told apart
 * @example percentileOf(100, { terms, quantiles: [0.25, 0.75], coefficients: [[90, 0, 0], [110, 0, 0]] }) // 50
 */
export function percentileOf(
  value: number,
  {
    terms,
    quantiles,
    coefficients
  }: { terms: Terms; quantiles: readonly number[]; coefficients: readonly (readonly [number, number, number])[] }
): number {
  const limits = coefficients.map((row) => linear(terms, row)).sort((a, b) => a - b)
  const above = limits.findIndex((limit) => value < limit)
  if (above === 0) return 100 * quantiles[0]!
  if (above < 0) return 100 * quantiles.at(-1)!
  const [low, high] = [limits[above - 1]!, limits[above]!]
  const share = high > low ? (value - low) / (high - low) : 0
  return 100 * (quantiles[above - 1]! + share * (quantiles[above]! - quantiles[above - 1]!))
}
