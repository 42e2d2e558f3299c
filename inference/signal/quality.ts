import { bandPower, powerSpectrum } from './spectrum.ts'

/** Codes of his-bundle-concepts, kind `quality`. */
export type QualityReason = 'non-finite' | 'flat' | 'clipped' | 'amplitude-out-of-range' | 'mains' | 'wander'

export interface Quality {
  verdict: 'acceptable' | 'limited' | 'unacceptable'
  /** Why it is not acceptable; empty when it is. */
  reasons: QualityReason[]
  /** What was measured; NaN where a check was not reached. Ratios are fractions of 1, amplitude in mV. */
  measures: {
    nonFiniteFraction: number
    flatFraction: number
    railFraction: number
    peakToPeakMv: number
    mainsRatio: number
    wanderRatio: number
  }
}

/** Limits of specs section D; deviations are said where they are used. */
export const LIMITS = Object.freeze({
  flatSdMv: 0.005,
  flatWindowFraction: 0.2,
  railFraction: 0.01,
  minPeakToPeakMv: 0.1,
  maxPeakToPeakMv: 10,
  mainsLimited: 0.5,
  mainsUnacceptable: 1,
  wanderLimited: 0.6
})

/** A rail run shorter than this is a peak, not a rail: a converter that saturates stays there. */
const MIN_RAIL_RUN_S = 0.012

/**
 * Is this one ECG lead fit to be read (specs README section D: flat, clipped, range, mains, wander; gaps added here).
 *
 * Deviations: (1) a sample counts as clipped only inside a run of equal values at the lead's own extreme that lasts
 * 12 ms or more, because the exact value of a rail is not sent and coarse converters repeat a peak once or twice;
 * (2) the mains band is compared after the mean is taken off, with a Hann window; (3) agreement of two QRS detectors
 * and kurtosis are not part of this version.
 *
 * @param samples Float64Array in mV, one lead
 * @example assessLead(new Float64Array(5000), 500).reasons // [ 'flat', 'amplitude-out-of-range' ]
 */
export function assessLead(samples: Float64Array, rateHz: number): Quality {
  const nonFiniteFraction = missingFraction(samples)
  const measures: Quality['measures'] = {
    nonFiniteFraction,
    flatFraction: Number.NaN,
    railFraction: Number.NaN,
    peakToPeakMv: Number.NaN,
    mainsRatio: Number.NaN,
    wanderRatio: Number.NaN
  }
  // A missing sample is never filled in, so nothing behind this check has a meaning.
  if (samples.length === 0 || nonFiniteFraction > 0) {
    return { verdict: 'unacceptable', reasons: ['non-finite'], measures }
  }
  const { low, high } = extremes(samples)
  measures.flatFraction = flatFraction(samples, rateHz)
  measures.railFraction = railFraction(samples, rateHz, { low, high })
  measures.peakToPeakMv = high - low
  const spectrum = powerSpectrum(samples, rateHz, { into: lastPower })
  lastPower = spectrum.power
  const ecg = bandPower(spectrum, { fromHz: 0.5, toHz: 40 })
  const mains = Math.max(...[50, 60].map((hz) => bandPower(spectrum, { fromHz: hz - 1, toHz: hz + 1 })))
  const total = bandPower(spectrum, { fromHz: 0, toHz: rateHz / 2 })
  measures.mainsRatio = ecg > 0 ? mains / ecg : 0
  measures.wanderRatio = total > 0 ? bandPower(spectrum, { fromHz: 0, toHz: 0.5 }) / total : 0

  const unacceptable: QualityReason[] = []
  const limited: QualityReason[] = []
  if (measures.flatFraction > LIMITS.flatWindowFraction) unacceptable.push('flat')
  if (measures.railFraction >= LIMITS.railFraction) unacceptable.push('clipped')
  if (measures.peakToPeakMv < LIMITS.minPeakToPeakMv || measures.peakToPeakMv > LIMITS.maxPeakToPeakMv) {
    unacceptable.push('amplitude-out-of-range')
  }
  if (measures.mainsRatio > LIMITS.mainsUnacceptable) unacceptable.push('mains')
  else if (measures.mainsRatio > LIMITS.mainsLimited) limited.push('mains')
  if (measures.wanderRatio > LIMITS.wanderLimited) limited.push('wander')
  return {
    verdict: unacceptable.length > 0 ? 'unacceptable' : limited.length > 0 ? 'limited' : 'acceptable',
    reasons: [...unacceptable, ...limited],
    measures
  }
}

/** Overwritten by the next lead: twelve of them a recording would only be garbage. */
let lastPower: Float64Array | undefined

/** Part of the whole 1 s windows whose standard deviation is below 5 uV. */
function flatFraction(samples: Float64Array, rateHz: number): number {
  const width = Math.max(1, Math.round(rateHz))
  let windows = 0
  let flat = 0
  for (let from = 0; from + width <= samples.length; from += width) {
    windows++
    if (standardDeviation(samples, from, from + width) < LIMITS.flatSdMv) flat++
  }
  return windows === 0 ? 1 : flat / windows
}

function standardDeviation(samples: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += samples[i]!
  const mean = sum / (to - from)
  let squares = 0
  for (let i = from; i < to; i++) squares += (samples[i]! - mean) ** 2
  return Math.sqrt(squares / (to - from))
}

/** Part of the samples that stand in runs at the highest or the lowest value, the worse side. */
function railFraction(samples: Float64Array, rateHz: number, { low, high }: { low: number; high: number }): number {
  if (low === high) return 0
  const minRun = Math.max(3, Math.ceil(MIN_RAIL_RUN_S * rateHz))
  const tolerance = (high - low) * 1e-6
  return Math.max(inRuns(samples, { rail: low, tolerance, minRun }), inRuns(samples, { rail: high, tolerance, minRun }))
}

/** Part of the samples that stand in runs of at least `minRun` at one value. */
function inRuns(
  samples: Float64Array,
  { rail, tolerance, minRun }: { rail: number; tolerance: number; minRun: number }
): number {
  let sum = 0
  let run = 0
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]! - rail) <= tolerance) {
      run++
    } else {
      if (run >= minRun) sum += run
      run = 0
    }
  }
  return (run >= minRun ? sum + run : sum) / samples.length
}

function extremes(samples: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

function missingFraction(samples: Float64Array): number {
  let count = 0
  for (let i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i]!)) count++
  return samples.length === 0 ? 1 : count / samples.length
}
