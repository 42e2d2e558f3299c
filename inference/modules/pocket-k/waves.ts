import { agreement } from '../../signal/beats/agreement.ts'
import { classBeats } from '../../signal/beats/class-beats.ts'
import { detectBeats } from '../../signal/beats/detect-beats.ts'
import { withoutTWaves } from '../../signal/beats/without-t-waves.ts'
import { delineate } from '../../signal/delineate/delineate.ts'
import type { ClassedBeat, Delineation } from '../../signal/delineation.ts'

/** Of a longer recording the middle is looked at: what the clips of the model are cut from. */
const MOST_SECONDS = 30

/** Two detectors mean the same beat when their marks lie so close (specs README section D). */
const AGREE_S = 0.15

/** Lead I with its beats and waves; positions count in `samples`. */
export interface LeadWaves {
  /** mV; the recording, or the middle 30 s of a longer one. */
  samples: Float64Array
  rateHz: number
  beats: ClassedBeat[]
  /** Share of the beats on which two detectors agree, 0 to 1. */
  bsqi: number
  delineation: Delineation
}

/** Beats and waves of Lead I, by the classical path: no model is asked. @param lead mV, no missing samples */
export function wavesOf({ samples: whole, rateHz }: { samples: Float64Array; rateHz: number }): LeadWaves {
  const most = Math.round(MOST_SECONDS * rateHz)
  const from = Math.max(0, Math.floor((whole.length - most) / 2))
  const samples = whole.subarray(from, from + most)
  const found = detectBeats([samples], rateHz)
  const beats = withoutTWaves(samples, rateHz, found.beats)
  const second = withoutTWaves(samples, rateHz, found.second)
  return {
    samples,
    rateHz,
    beats: classBeats([samples], rateHz, beats),
    bsqi: agreement(beats, second, AGREE_S * rateHz),
    delineation: delineate([samples], { rateHz, beats })
  }
}
