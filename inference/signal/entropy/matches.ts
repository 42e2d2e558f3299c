/**
 * For each template of `m` values of the series: how many templates lie within `r` of it (largest difference of any value,
 * the template itself included). Templates begin at 0 .. count - 1.
 *
 * Sorted by their first value, so that only templates whose first values lie within r are compared.
 */
export function matchCounts(
  series: Float64Array,
  { m, r, count }: { m: number; r: number; count: number }
): Float64Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => series[a]! - series[b]!)
  const out = new Float64Array(count).fill(1)
  for (let i = 0; i < count; i++) {
    const a = order[i]!
    for (let j = i + 1; j < count; j++) {
      const b = order[j]!
      if (series[b]! - series[a]! > r) break
      let k = 1
      while (k < m && Math.abs(series[a + k]! - series[b + k]!) <= r) k++
      if (k < m) continue
      out[a]!++
      out[b]!++
    }
  }
  return out
}
