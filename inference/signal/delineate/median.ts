/** Middle of the sorted values, mean of the two middle ones for an even count; NaN for none. Sorts a copy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** The value below which the part `q` (0..1) of the values lies; 0 for none. */
export const quantile = (values: Float64Array, q: number): number =>
  selected(values, Math.floor(q * (values.length - 1)))

/**
 * The value that would stand at `wanted` (from 0) were they sorted; 0 for none. Works on a copy, by selection (Hoare 1961, Find):
 * one value is wanted, so there is no need to sort the rest.
 *
 * @param values finite
 * @example selected(Float64Array.of(3, 1, 2), 0) // 1
 */
export function selected(values: Float64Array, wanted: number): number {
  const a = values.slice()
  let low = 0
  let high = a.length - 1
  while (low < high) {
    const pivot = a[(low + high) >> 1]!
    let i = low
    let j = high
    while (i <= j) {
      while (a[i]! < pivot) i++
      while (a[j]! > pivot) j--
      if (i > j) break
      const swapped = a[i]!
      a[i++] = a[j]!
      a[j--] = swapped
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return a[wanted] ?? 0
}
