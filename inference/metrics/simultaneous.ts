export interface Contrast {
  /** What is compared: 'sensitivity of female against all others'. */
  value: number
  /** 95 % for all contrasts of the family together; [NaN, NaN] where the draws do not tell. */
  ci: [number, number]
}

/**
 * Intervals that hold for a whole family of differences together: value +- c * standard error, with c the 95th percentile of
 * the largest standardised difference among exchanges of the groups (max-t; Westfall and Young 1993, section 2.6). Where no
 * difference is real, any of these intervals misses zero in at most about one family of twenty, however many groups are compared.
 *
 * The standard error is the larger of what the draws and what the exchanges give. That of the draws alone is small just where a rate
 * of few events came out extreme, and found a gap in one family of eleven where none was.
 *
 * @param drawn bootstrap draws of each difference, one column each
 * @param exchanged the same differences with the groups exchanged at random, one column each
 */
export function simultaneousIntervals(
  values: readonly number[],
  drawn: readonly Float64Array[],
  exchanged: readonly Float64Array[]
): Contrast[] {
  const nulls = exchanged.map(deviation)
  const largest = Float64Array.from(exchanged[0] ?? [], (_, round) =>
    Math.max(...exchanged.map((column, i) => (nulls[i]! > 0 ? Math.abs(column[round]!) / nulls[i]! : 0)))
  ).sort()
  const c = largest[Math.ceil(0.95 * largest.length) - 1] ?? Number.NaN
  return values.map((value, i) => {
    const error = Math.max(deviation(drawn[i]!.filter(Number.isFinite)), nulls[i] ?? 0)
    // No spread at all (everybody on one side of the cut): nothing is known of its uncertainty.
    return { value, ci: error > 0 ? [value - c * error, value + c * error] : [Number.NaN, Number.NaN] }
  })
}

function deviation(values: Float64Array): number {
  if (values.length === 0) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
