import { intervals, type NnSeries } from './nn-series.ts'

/** Bin of 1/128 s, ms: the sampling interval of the Holter recorders for which the index was made. */
const BIN_MS = 1000 / 128
/** Task Force 1996: at least 20 min, better 24 h; the catalogue prints values from 5 min on, of 250 intervals or more. */
export const TRIANGULAR_LEAST = { seconds: 300, beats: 250 }

interface Histogram {
  counts: number[]
  /** Lower edge of the first bin, ms. */
  fromMs: number
}

/**
 * HRV triangular index: number of NN intervals over the height of their histogram in bins of 1/128 s. Task Force 1996
 * (Circulation 93:1043), geometrical methods.
 */
export function triangularIndex(nn: NnSeries): number | undefined {
  const rr = intervals(nn)
  return enough(rr) ? rr.length / Math.max(...histogramOf(rr).counts) : undefined
}

/**
 * TINN: base of the triangle that fits the histogram with the least squared error, ms; its top stands on the highest bin.
 * Task Force 1996, figure 2.
 */
export function tinn(nn: NnSeries): number | undefined {
  const rr = intervals(nn)
  if (!enough(rr)) return undefined
  const { counts } = histogramOf(rr)
  const height = Math.max(...counts)
  const top = counts.indexOf(height)
  const left = bestFoot(counts.slice(0, top + 1).reverse(), height)
  const right = bestFoot(counts.slice(top), height)
  return (left + right) * BIN_MS
}

/**
 * Bins from the top to the foot of the straight flank that fits best; beyond the foot the flank is 0. The two flanks do not
 * touch each other, so each is fitted by itself.
 */
function bestFoot(flank: readonly number[], height: number): number {
  let best = 1
  let least = Number.POSITIVE_INFINITY
  for (let foot = 1; foot <= flank.length; foot++) {
    const error = flank.reduce((sum, count, i) => sum + (count - Math.max(0, height * (1 - i / foot))) ** 2, 0)
    if (error < least) {
      least = error
      best = foot
    }
  }
  return best
}

function histogramOf(rr: Float64Array): Histogram {
  const bins = Array.from(rr, (value) => Math.floor(value / BIN_MS))
  const first = bins.reduce((a, b) => Math.min(a, b))
  const counts = new Array<number>(bins.reduce((a, b) => Math.max(a, b)) - first + 1).fill(0)
  for (const bin of bins) counts[bin - first]!++
  return { counts, fromMs: first * BIN_MS }
}

function enough(rr: Float64Array): boolean {
  return rr.length >= TRIANGULAR_LEAST.beats - 1 && rr.reduce((a, b) => a + b, 0) / 1000 >= TRIANGULAR_LEAST.seconds
}
