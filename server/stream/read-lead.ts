import type { LiveReading } from '../../core/live-ecg.ts'
import { agreement } from '../../inference/signal/beats/agreement.ts'
import { createBeatStream, type StreamedBeat } from '../../inference/signal/beats/stream-beats.ts'
import { assessLeads, withBeats } from '../../inference/signal/recording-quality.ts'

/** Both detectors see one beat within this time (specs README section D). */
const SAME_BEAT_S = 0.15

/**
 * What is said of the last seconds of a live Lead I: the verdict that its recording would get, and the median heart rate.
 *
 * The streaming detector settles a beat some twenty seconds late, since it learns from both sides; a window that is given
 * whole and flushed has its beats at once, by the same detector, and costs well under a millisecond.
 *
 * @param samples Float64Array, mV, NaN where missing: some ten seconds
 */
export function readLead(samples: Float64Array, rateHz: number): LiveReading {
  const byLead = assessLeads([{ name: 'I', samples }], rateHz)
  if (byLead.verdict === 'unacceptable') return { quality: { verdict: 'unacceptable', reasons: byLead.reasons } }
  const beats = beatsOf(samples, rateHz, 'energy')
  const second = beatsOf(samples, rateHz, 'gradient')
  const at = beats.map((beat) => beat.at)
  const bsqi = agreement(
    at,
    second.map((beat) => beat.at),
    SAME_BEAT_S * rateHz
  )
  const { verdict, reasons } = withBeats(byLead, { beats: at, bsqi }, rateHz)
  const heartRate = perMinute(beats, rateHz)
  return { quality: { verdict, reasons }, ...(heartRate === undefined ? {} : { heartRate }) }
}

function beatsOf(samples: Float64Array, rateHz: number, detector: 'energy' | 'gradient'): StreamedBeat[] {
  const stream = createBeatStream({ rateHz, leads: 1, detector })
  return [...stream.push([samples]), ...stream.flush()]
}

/** 60 s over the median RR, none of it across a gap. */
function perMinute(beats: readonly StreamedBeat[], rateHz: number): number | undefined {
  const rr = beats.slice(1).flatMap(({ at, afterGap }, i) => (afterGap ? [] : [at - beats[i]!.at]))
  const median = rr.sort((a, b) => a - b)[rr.length >> 1]
  return median ? Math.round((60 * rateHz) / median) : undefined
}
