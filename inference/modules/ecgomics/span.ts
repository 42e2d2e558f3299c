import type { ClassedBeat } from '../../signal/delineation.ts'

/** A longer recording is delineated, and its shapes measured, in a part of this length. */
export const SHAPE_SECONDS = 30
/** Up to this length the whole recording is. */
export const WHOLE_SECONDS = 60
/** Beats that a part should hold before its likeness counts. */
const ENOUGH_BEATS = 10

/**
 * Samples [from, to) in which waves are delineated: the whole of a short recording; of a long one the 30 s whose beats are
 * the most alike and of the dominant shape, the earliest of equals.
 *
 * @param beats of the whole recording, rising
 */
export function shapeSpan(length: number, rateHz: number, beats: readonly ClassedBeat[]): { from: number; to: number } {
  if (length <= WHOLE_SECONDS * rateHz) return { from: 0, to: length }
  const width = Math.round(SHAPE_SECONDS * rateHz)
  let best = { from: 0, to: width }
  let most = Number.NEGATIVE_INFINITY
  let first = 0
  for (let from = 0; from + width <= length; from += width) {
    while (first < beats.length && beats[first]!.at < from) first++
    let last = first
    while (last < beats.length && beats[last]!.at < from + width) last++
    const merit = likeness(beats.slice(first, last))
    if (merit > most + 1e-6) {
      most = merit
      best = { from, to: from + width }
    }
  }
  return best
}

/** Mean correlation of the beats of the dominant shape, less for every beat that is of another or missing. */
function likeness(beats: readonly ClassedBeat[]): number {
  const alike = beats.filter(({ template }) => template === 0)
  if (alike.length === 0) return -1
  const mean = alike.reduce((sum, { correlation }) => sum + correlation, 0) / alike.length
  return mean * (alike.length / Math.max(beats.length, ENOUGH_BEATS))
}
