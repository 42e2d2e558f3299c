/**
 * Median of the `width` samples around each; outside the ends stand zeros, as in scipy.signal.medfilt, which the published
 * preprocessing calls.
 *
 * The window is kept sorted: one leaves, one comes, each found by halving.
 *
 * @param samples Float64Array, finite
 * @param width odd
 * @returns Float64Array of the same length
 * @example runningMedian(Float64Array.of(1, 9, 2, 8, 3), 3) // [1, 2, 8, 3, 3]
 */
export function runningMedian(samples: Float64Array, width: number): Float64Array {
  const half = width >> 1
  const at = (index: number) => samples[index] ?? 0
  const sorted = Float64Array.from({ length: width }, (_, i) => at(i - half)).sort()
  const out = new Float64Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    out[i] = sorted[half]!
    const leaves = place(sorted, at(i - half))
    const comes = at(i + half + 1)
    // Shift what lies between the two by one, towards the gap that the leaving one opens.
    if (comes > sorted[leaves]!) {
      const end = place(sorted, comes)
      sorted.copyWithin(leaves, leaves + 1, end)
      sorted[end - 1] = comes
    } else if (comes < sorted[leaves]!) {
      const start = place(sorted, comes)
      sorted.copyWithin(start + 1, start, leaves)
      sorted[start] = comes
    }
  }
  return out
}

/** Index of the first that is not below the value. */
function place(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
