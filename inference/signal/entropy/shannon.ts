/** Bin of 1/128 s, ms: that of the triangular index, so that both look at one histogram. */
const BIN_MS = 1000 / 128
export const SHANNON_LEAST = { beats: 100 }

/**
 * Shannon entropy of the histogram of intervals in bins of 1/128 s. Shannon CE 1948 (Bell Syst Tech J 27:379).
 *
 * @param rr ms, in any order
 * @returns bits; undefined under 99 intervals
 * @example shannonEntropy(Float64Array.from({ length: 200 }, (_, i) => 800 + 100 * (i % 2))) // 1
 */
export function shannonEntropy(rr: Float64Array): number | undefined {
  if (rr.length < SHANNON_LEAST.beats - 1) return undefined
  const counts = new Map<number, number>()
  for (const value of rr) {
    const bin = Math.floor(value / BIN_MS)
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
  }
  return [...counts.values()].reduce((sum, n) => sum - (n / rr.length) * Math.log2(n / rr.length), 0)
}
