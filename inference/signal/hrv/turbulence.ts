import type { ClassedBeat } from '../delineation.ts'
import { slopeOf } from '../entropy/line.ts'
import { mean } from './moments.ts'

/** Five ventricular ectopic beats that pass the filters: fewer give a value of chance (Bauer et al. 2008, section 3). */
export const TURBULENCE_LEAST = { ectopics: 5 }
const BEFORE = 5
const AFTER = 15
const SLOPE_OVER = 5
/** Filters of Bauer A et al. 2008 (J Am Coll Cardiol 52:1353), table 1. */
const RR_MS = { least: 300, most: 2000 }
const STEP_MS = 200
const FROM_REFERENCE = 0.2
const PREMATURE = 0.8
const PAUSE = 1.2

export interface Turbulence {
  /** Turbulence onset, %: negative when the rate rises at once (normal). */
  onset: number
  /** Turbulence slope, ms per RR interval: above 2.5 is normal. */
  slope: number
  /** Ventricular ectopic beats that were averaged. */
  ectopics: number
}

/**
 * Heart-rate turbulence: how sinus rhythm answers a ventricular ectopic beat. Schmidt G et al. 1999 (Lancet 353:1390), filters
 * of Bauer et al. 2008.
 *
 * Onset: mean over the ectopic beats of 100 ((RR1 + RR2) - (RR-2 + RR-1)) / (RR-2 + RR-1), RR1 the first interval behind the
 * compensatory pause. Slope: steepest line over five successive intervals of the averaged first fifteen.
 *
 * @param beats in time order
 * @returns undefined under five usable ectopic beats
 */
export function heartRateTurbulence(beats: readonly ClassedBeat[]): Turbulence | undefined {
  const windows = beats.flatMap(({ kind }, k) => {
    const window = kind === 'ventricular-ectopic' ? windowAround(beats, k) : undefined
    return window ? [window] : []
  })
  if (windows.length < TURBULENCE_LEAST.ectopics) return undefined
  const onsets = windows.map(({ before, after }) => {
    const earlier = before.at(-1)! + before.at(-2)!
    return (100 * (after[0]! + after[1]! - earlier)) / earlier
  })
  const average = Array.from({ length: AFTER }, (_, i) => mean(Float64Array.from(windows, ({ after }) => after[i]!)))
  const places = Array.from({ length: SLOPE_OVER }, (_, i) => i)
  const slopes = Array.from({ length: AFTER - SLOPE_OVER + 1 }, (_, i) =>
    slopeOf(places, average.slice(i, i + SLOPE_OVER))
  )
  return { onset: mean(Float64Array.from(onsets)), slope: Math.max(...slopes), ectopics: windows.length }
}

/** The intervals before the ectopic beat and behind its pause, or undefined where a filter refuses them. */
function windowAround(beats: readonly ClassedBeat[], k: number): { before: number[]; after: number[] } | undefined {
  const first = k - BEFORE - 1
  const last = k + 1 + AFTER
  if (first < 0 || last >= beats.length) return undefined
  const others = [...beats.slice(first, k), ...beats.slice(k + 1, last + 1)]
  if (others.some(({ kind }) => kind !== 'normal')) return undefined
  const rr = (index: number): number => beats[index]!.rrMs ?? Number.NaN
  const before = Array.from({ length: BEFORE }, (_, i) => rr(k - BEFORE + i))
  const after = Array.from({ length: AFTER }, (_, i) => rr(k + 2 + i))
  const reference = mean(Float64Array.from(before))
  const usable =
    [...before, ...after].every((value) => value > RR_MS.least && value < RR_MS.most) && steady(before) && steady(after)
  const near = before.every((value) => Math.abs(value - reference) <= FROM_REFERENCE * reference)
  const early = rr(k) <= PREMATURE * reference
  const paused = rr(k + 1) >= PAUSE * reference
  return usable && near && early && paused ? { before, after } : undefined
}

const steady = (rr: readonly number[]): boolean =>
  rr.every((value, i) => i === 0 || Math.abs(value - rr[i - 1]!) <= STEP_MS)
