import { lombScargle } from './lomb.ts'
import type { Spectrum } from './welch.ts'

export const RESPIRATION_LEAST = { seconds: 30, beats: 20 }
/** Breaths looked for, Hz: 6 to 36 a minute. */
const FROM_HZ = 0.1
const TO_HZ = 0.6
/** A rate is given when its peak holds at least this part of the power in the band, over all series together. */
const LEAST_PART = 0.35
/** Half width of that peak, Hz. */
const PEAK_HZ = 0.05

export interface Respiration {
  /** Breaths a minute. */
  rate: number
  /** Part of the power in 0.1-0.6 Hz that lies within 0.05 Hz of the rate, 0 to 1. */
  clearness: number
}

/**
 * Respiration rate from the ECG: breathing turns the heart's axis and swings the rate, so the height of QRS and the RR
 * intervals both carry it. Review: Charlton PH et al. 2018 (IEEE Rev Biomed Eng 11:2); the height of QRS: Moody GB et al. 1985
 * (Comput Cardiol 12:113).
 *
 * Each series is made free of its line and scaled to unit spread, its Lomb-Scargle spectrum taken (beats come unevenly), and
 * the spectra are averaged. Above half the heart rate nothing can be seen.
 *
 * @param times of the beats, s, rising
 * @param series one value a beat each: QRS height by lead (mV), RR (ms); NaN where a beat has none
 * @returns undefined under 30 s or 20 beats, or where no rate stands out
 */
export function respirationRate(times: Float64Array, series: readonly Float64Array[]): Respiration | undefined {
  const spanS = (times.at(-1) ?? 0) - (times[0] ?? 0)
  if (spanS < RESPIRATION_LEAST.seconds - 2 || times.length < RESPIRATION_LEAST.beats) return undefined
  const spectra = series.flatMap((values) => {
    const kept = Array.from(values, (value, i) => ({ at: times[i]!, value })).filter(({ value }) =>
      Number.isFinite(value)
    )
    const level = withoutLine(kept)
    if (kept.length < RESPIRATION_LEAST.beats || !level) return []
    // Four lines a natural width, so that the peak is met closely.
    return [
      lombScargle(
        Float64Array.from(kept, ({ at }) => at),
        level,
        { spanS: 4 * spanS, toHz: TO_HZ }
      )
    ]
  })
  const first = spectra[0]
  if (!first) return undefined
  const density = first.density.map((_, k) => spectra.reduce((sum, { density }) => sum + density[k]!, 0))
  const highest = Math.min(TO_HZ, (0.5 * (times.length - 1)) / spanS)
  return clearestPeak({ density, stepHz: first.stepHz }, highest)
}

function clearestPeak({ density, stepHz }: Spectrum, highestHz: number): Respiration | undefined {
  let peak = 0
  let total = 0
  for (let k = Math.ceil(FROM_HZ / stepHz); k * stepHz <= highestHz; k++) {
    total += density[k]!
    if (peak === 0 || density[k]! > density[peak]!) peak = k
  }
  let near = 0
  const reach = Math.round(PEAK_HZ / stepHz)
  for (let k = Math.max(Math.ceil(FROM_HZ / stepHz), peak - reach); k <= peak + reach && k * stepHz <= highestHz; k++) {
    near += density[k]!
  }
  const clearness = near / total
  // A peak on the edge of the band is the flank of a slower swing.
  const isEdge = peak <= Math.ceil(FROM_HZ / stepHz)
  return peak > 0 && !isEdge && clearness >= LEAST_PART ? { rate: 60 * peak * stepHz, clearness } : undefined
}

/** Values minus their least-squares line, scaled to unit spread; undefined where they do not vary. */
function withoutLine(points: readonly { at: number; value: number }[]): Float64Array | undefined {
  const n = points.length
  const mt = points.reduce((sum, { at }) => sum + at, 0) / n
  const mv = points.reduce((sum, { value }) => sum + value, 0) / n
  const tt = points.reduce((sum, { at }) => sum + (at - mt) ** 2, 0)
  const slope = points.reduce((sum, { at, value }) => sum + (at - mt) * (value - mv), 0) / tt
  const left = Float64Array.from(points, ({ at, value }) => value - mv - slope * (at - mt))
  const spread = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0) / n)
  return spread > 0 ? left.map((value) => value / spread) : undefined
}
