/** The last `size` durations (ms) in a ring, and their quantiles (nearest rank); 0 before the first. */
export function latencyWindow(size: number): { add(ms: number): void; quantile(q: number): number } {
  const ring = new Float64Array(size)
  let count = 0
  return {
    add(ms) {
      ring[count % size] = ms
      count++
    },
    quantile(q) {
      const filled = Float64Array.from(ring.subarray(0, Math.min(count, size))).sort()
      return filled[Math.max(0, Math.ceil(q * filled.length) - 1)] ?? 0
    }
  }
}
