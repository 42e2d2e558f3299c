import { agreement } from './agreement.ts'
import type { DetectorName } from './lead-feature.ts'
import { createBeatStream } from './stream-beats.ts'

export interface DetectedBeats {
  /** Fiducials (centre of QRS energy over all leads) by the detector asked for: sample numbers, rising. */
  beats: number[]
  /** The same by the other detector. */
  second: number[]
  /** Share of beats on which both agree within 150 ms, 0 to 1 (`agreement`). */
  bsqi: number
}

/**
 * QRS complexes of a whole recording by two independent detectors: 'energy' (power of a wavelet in the QRS band) and
 * 'gradient' (length of the curve), each over all leads. The same beats as `createBeatStream` gives.
 *
 * @param leads leads[i]: Float64Array of lead i, mV, all of the same length; a missing sample is NaN
 * @example detectBeats([ecg], 500).bsqi // 1
 */
export function detectBeats(
  leads: readonly Float64Array[],
  rateHz: number,
  { detector = 'energy' }: { detector?: DetectorName } = {}
): DetectedBeats {
  const beats = beatsOf(leads, rateHz, detector)
  const second = beatsOf(leads, rateHz, detector === 'energy' ? 'gradient' : 'energy')
  return { beats, second, bsqi: agreement(beats, second, 0.15 * rateHz) }
}

function beatsOf(leads: readonly Float64Array[], rateHz: number, detector: DetectorName): number[] {
  const stream = createBeatStream({ rateHz, leads: leads.length, detector })
  return [...stream.push(leads), ...stream.flush()].map(({ at }) => at)
}
