/**
 * Median of the first `n` values, which are sorted in place by insertion (a few dozen at most, nothing allocated); of an
 * even count the upper of the two in the middle.
 *
 * @example middleOf(Float64Array.of(3, 1, 2, 9), 3) // 2
 */
export function middleOf(values: Float64Array, n: number): number {
  for (let i = 1; i < n; i++) {
    const value = values[i]!
    let k = i - 1
    while (k >= 0 && values[k]! > value) {
      values[k + 1] = values[k]!
      k--
    }
    values[k + 1] = value
  }
  return values[n >> 1] ?? Number.NaN
}
