import { tolerance } from './tolerance.ts'

export const FUZZY_LEAST = { beats: 100 }
/** Comparisons grow with the square of the length: longer series give their first part. */
const MOST = 3000

/**
 * Fuzzy entropy. Chen W et al. 2007 (IEEE Trans Neural Syst Rehabil Eng 15:266): as sample entropy, with likeness falling off
 * as exp(-d / r) instead of a step, of templates freed of their own mean.
 *
 * Deviation: exponent 1 for the distance (Chen leaves it open). Of more than 3,000 intervals the first 3,000 are used.
 *
 * @param series intervals in ms of one unbroken run
 * @returns nats; undefined under 99 intervals or without spread
 */
export function fuzzyEntropy(whole: Float64Array, { m = 2, r }: { m?: number; r?: number } = {}): number | undefined {
  const series = whole.subarray(0, MOST)
  const width = r ?? tolerance(series)
  if (series.length < FUZZY_LEAST.beats - 1 || !(width > 0)) return undefined
  return -Math.log(likeness(series, m + 1, width) / likeness(series, m, width))
}

/** Mean likeness of two different templates; both sizes use the same starts. */
function likeness(series: Float64Array, m: number, r: number): number {
  const count = series.length - 2 // m = 2: as many templates of m as of m + 1 values
  const templates = Array.from({ length: Math.min(count, series.length - m + 1) }, (_, i) => {
    const part = series.slice(i, i + m)
    const mean = part.reduce((a, b) => a + b, 0) / m
    return part.map((value) => value - mean)
  })
  let sum = 0
  for (let i = 0; i < templates.length; i++) {
    for (let j = i + 1; j < templates.length; j++) {
      let most = 0
      for (let k = 0; k < m; k++) most = Math.max(most, Math.abs(templates[i]![k]! - templates[j]![k]!))
      sum += Math.exp(-most / r)
    }
  }
  return (2 * sum) / (templates.length * (templates.length - 1))
}
