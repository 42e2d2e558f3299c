import { selected } from './delineate/median.ts'

/**
 * Do the arm electrodes look exchanged: P, QRS and T turned down in Lead I while aVR stands upright (specs section D)?
 *
 * Polarity is the sign of the skewness: of the signal itself for the QRS, and of the signal smoothed over 120 ms, in which
 * the QRS nearly vanishes, for T and P together. The margin of 0.3 was set on LUDB 1-150 and PTB-XL folds 1-8: 1 of 503
 * records is suspected wrongly, 309 of 503 are seen when their arms are exchanged. What is not seen is not excluded.
 * Deviation: P and T are not told apart. Dextrocardia looks the same and is refused with it.
 *
 * @param leadI Float64Array mV @param avr Float64Array mV, same length and rate
 */
export function armsLookExchanged(leadI: Float64Array, avr: Float64Array, rateHz: number): boolean {
  const width = Math.round(0.12 * rateHz)
  const margin = 0.3
  return skewness(leadI) < -margin && skewness(avr) > margin && skewness(smoothed(leadI, width)) < -margin
}

/** Third standardised moment about the median, which lies on the baseline. */
function skewness(samples: Float64Array): number {
  const median = selected(samples, samples.length >> 1)
  let second = 0
  let third = 0
  for (let i = 0; i < samples.length; i++) {
    const off = samples[i]! - median
    second += off * off
    third += off * off * off
  }
  const variance = second / samples.length
  return variance > 0 ? third / samples.length / variance ** 1.5 : 0
}

/** Moving average over `width` samples; shorter than the input by width - 1. */
function smoothed(samples: Float64Array, width: number): Float64Array {
  const out = new Float64Array(Math.max(0, samples.length - width + 1))
  let sum = 0
  for (let i = 0; i < samples.length; i++) {
    sum += samples[i]! - (i >= width ? samples[i - width]! : 0)
    if (i >= width - 1) out[i - width + 1] = sum / width
  }
  return out
}
