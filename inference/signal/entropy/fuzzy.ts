import { tolerance } from './tolerance.ts'

export const FUZZY_LEAST = { beats: 100 }
/** Values in a template. */
const M = 2
/** Comparisons grow with the square of the length: longer series give their first part. */
const MOST = 3000

/**
 * Fuzzy entropy. Chen W et al. 2007 (IEEE Trans Neural Syst Rehabil Eng 15:266): as sample entropy, with likeness falling off
 * as exp(-d / r) instead of a step, of templates freed of their own mean.
 *
 * Deviation: exponent 1 for the distance (Chen leaves it open). Of more than 3,000 intervals the first 3,000 are used.
 *
 * @param whole intervals in ms of one unbroken run
 * @returns nats; undefined under 99 intervals or without spread
 */
export function fuzzyEntropy(whole: Float64Array, { r }: { r?: number } = {}): number | undefined {
  const series = whole.subarray(0, MOST)
  const width = r ?? tolerance(series)
  if (series.length < FUZZY_LEAST.beats - 1 || !(width > 0)) return undefined
  return -Math.log(likeness(series, M + 1, width) / likeness(series, M, width))
}

/** Mean likeness of two different templates of m values; as many templates of either size, by the larger one. */
function likeness(series: Float64Array, m: number, r: number): number {
  const size = series.length - M
  const centred = new Float64Array(size * m)
  for (let i = 0; i < size; i++) {
    let mean = 0
    for (let k = 0; k < m; k++) mean += series[i + k]! / m
    for (let k = 0; k < m; k++) centred[i * m + k] = series[i + k]! - mean
  }
  let sum = 0
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      let most = 0
      for (let k = 0; k < m; k++) {
        const apart = Math.abs(centred[i * m + k]! - centred[j * m + k]!)
        if (apart > most) most = apart
      }
      sum += Math.exp(-most / r)
    }
  }
  return (2 * sum) / (size * (size - 1))
}
