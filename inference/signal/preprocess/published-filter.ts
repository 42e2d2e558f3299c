import { butterworth, type Pass } from '../filter/butterworth.ts'
import { overFiniteRuns } from '../filter/finite-runs.ts'
import { notch } from '../filter/notch.ts'
import { filterZeroPhase } from '../filter/zero-phase.ts'
import { runningMedian } from './running-median.ts'

const MAINS_HZ = 50
const NOTCH_Q = 30
const ORDER = 4
const MEDIAN_S = 0.4

/**
 * The filter of the published ECGFounder family (specs README section E): notch at 50 Hz, Butterworth band-pass of order 4, both
 * forward and backward with the ends prolonged by their odd image over three filter lengths; then the running median over 0.4 s is
 * taken off, with zeros beyond the ends. At the recorded rate.
 *
 * Deviations: second-order sections in place of one polynomial of degree 8, whose rounding error at 0.5 Hz is far larger; missing
 * samples part the recording into stretches that are filtered alone, where the published code makes them zeros first.
 *
 * @param samples Float64Array in mV; NaN where missing
 * @returns Float64Array of the same length
 */
export function publishedFilter(samples: Float64Array, rateHz: number, pass: Pass): Float64Array {
  const withoutMains = filterZeroPhase([notch(MAINS_HZ, rateHz, { q: NOTCH_Q })], samples)
  const band = filterZeroPhase(butterworth(ORDER, pass, rateHz), withoutMains)
  const width = medianWidth(rateHz)
  return overFiniteRuns(band, (run) => {
    const baseline = runningMedian(run, width)
    return run.map((value, i) => value - baseline[i]!)
  })
}

/** One more than 0.4 s of samples, made odd. @example medianWidth(500) // 201 */
export function medianWidth(rateHz: number): number {
  const width = Math.trunc(MEDIAN_S * rateHz) + 1
  return width % 2 === 0 ? width + 1 : width
}
