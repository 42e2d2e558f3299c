import type { WaveMark } from '../../../signal/delineation.ts'
import type { Run } from './runs.ts'

/**
 * A stretch as a mark of the recording: edges in its samples, the peak where the raw signal lies furthest from the straight
 * line between the edges.
 *
 * @param run onset and offset in s
 * @param lead mV, at the recording's own rate; NaN where missing
 * @returns undefined where a gap of the recording lies within the wave
 */
export function toMark({ onset, offset }: Run, lead: Float64Array, rateHz: number): WaveMark | undefined {
  const from = Math.max(0, onset * rateHz)
  const to = Math.min(lead.length - 1, offset * rateHz)
  const first = Math.round(from)
  const last = Math.round(to)
  const start = lead[first]!
  const slope = (lead[last]! - start) / Math.max(1, last - first)
  let peak = first
  let most = -1
  for (let i = first; i <= last; i++) {
    const height = Math.abs(lead[i]! - start - slope * (i - first))
    if (Number.isNaN(height)) return undefined
    if (height > most) {
      most = height
      peak = i
    }
  }
  return { onset: from, peak, offset: to, path: 'network' }
}
