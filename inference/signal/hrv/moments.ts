/** Mean; NaN of nothing. */
export function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Standard deviation about the mean with n - 1 in the denominator; NaN of fewer than two. */
export function standardDeviation(values: Float64Array): number {
  const centre = mean(values)
  let sum = 0
  for (const value of values) sum += (value - centre) ** 2
  return values.length < 2 ? Number.NaN : Math.sqrt(sum / (values.length - 1))
}

/** Quantile by straight lines between order statistics (Hyndman and Fan 1996, type 7). */
export function quantile(values: Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort()
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  return sorted.length === 0
    ? Number.NaN
    : sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!)
}

export const median = (values: Float64Array): number => quantile(values, 0.5)
