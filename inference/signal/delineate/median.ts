/** Middle of the sorted values, mean of the two middle ones for an even count; NaN for none. Sorts a copy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** The value below which the part `q` (0..1) of the values lies; 0 for none. Sorts a copy. */
export function quantile(values: Float64Array, q: number): number {
  return Float64Array.from(values).sort()[Math.floor(q * (values.length - 1))] ?? 0
}
