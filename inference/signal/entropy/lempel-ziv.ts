import { mean, median } from '../hrv/moments.ts'

export const LEMPEL_ZIV_LEAST = { beats: 100 }
/** The count takes the square of the length in the worst case: longer series give their first part. */
const MOST = 20_000

/**
 * Lempel-Ziv complexity of the series as above or below its median: number of different words in the exhaustive history
 * times log2(n) / n. Lempel A, Ziv J 1976 (IEEE Trans Inf Theory 22:75); normalised as Kaspar F, Schuster HG 1987 (Phys Rev A
 * 36:842). About 1 for coin tosses.
 *
 * @param series intervals in ms of one unbroken run
 * @param options about 'median' or 'mean' of the series
 * @returns undefined under 99 intervals
 */
export function lempelZiv(
  whole: Float64Array,
  { about = 'median' }: { about?: 'median' | 'mean' } = {}
): number | undefined {
  const series = whole.subarray(0, MOST)
  const n = series.length
  if (n < LEMPEL_ZIV_LEAST.beats - 1) return undefined
  const level = about === 'median' ? median(series) : mean(series)
  return (words(Array.from(series, (value) => (value > level ? '1' : '0')).join('')) * Math.log2(n)) / n
}

/** Words of the exhaustive history: each is the shortest piece that does not occur before its own last sign. */
function words(text: string): number {
  let count = 0
  let start = 0
  while (start < text.length) {
    let end = start + 1
    while (end <= text.length && text.slice(0, end - 1).includes(text.slice(start, end))) end++
    count++
    start = end
  }
  return count
}
