import { detectBeats } from './beats/detect-beats.ts'
import { pacingSpikes } from './beats/pacing-spikes.ts'
import { isComplete } from './filter/finite-runs.ts'
import { meanDecomposition } from './filter/mean-decomposition.ts'
import { kurtosis } from './kurtosis.ts'
import { leadsContradict } from './lead-residual.ts'
import { assessLead } from './quality.ts'
import { armsLookExchanged } from './reversal.ts'

export type QualityVerdict = 'acceptable' | 'limited' | 'unacceptable'

/** Reasons are codes of his-bundle-concepts. */
export interface RecordingQuality {
  verdict: QualityVerdict
  reasons: string[]
  leads: { name: string; verdict: QualityVerdict; reasons: string[]; bsqi?: number }[]
}

/** Limits of specs README section D, where `assessLead` has not its own. */
export const RECORDING_LIMITS = Object.freeze({
  bsqiAcceptable: 0.9,
  bsqiLimited: 0.75,
  kurtosis: 3.5,
  beats: 5,
  lowestPerMin: 25,
  highestPerMin: 250
})

/** A lead with more than this part missing is not looked at; below, its gaps are a reservation. */
const MOST_MISSING = 0.2
/** The samples of a long recording are judged on this much of its start. */
const MOST_SECONDS = 60

interface NamedLead {
  name: string
  samples: Float64Array
}

/**
 * Are the leads of a recording fit to be read, each by itself and beside each other (specs README section D)? Limited is
 * a recording with any reservation; unacceptable one without a lead that can be read. What the beats show comes after, by
 * `withBeats`.
 *
 * A lead with gaps is judged on the samples that it has: unlike Pocket-K's gate, which takes no gap, a measurement can
 * leave the beats beside a gap out.
 *
 * @param leads samples: Float64Array mV; NaN where missing
 */
export function assessLeads(leads: readonly NamedLead[], rateHz: number): RecordingQuality {
  const start = leads.map(({ name, samples }) => ({
    name,
    samples: samples.subarray(0, Math.round(MOST_SECONDS * rateHz))
  }))
  const judged = start.map(({ name, samples }) => ({ name, ...oneLead(samples, rateHz) }))
  const reasons = [...new Set([...betweenLeads(start, rateHz), ...judged.flatMap((lead) => lead.reasons)])]
  const none = judged.every(({ verdict }) => verdict === 'unacceptable')
  return { verdict: none ? 'unacceptable' : reasons.length > 0 ? 'limited' : 'acceptable', reasons, leads: judged }
}

/**
 * The verdict with what the beats show: agreement of the two detectors (bSQI), at least five beats, a rate between 25 and
 * 250/min (median RR). Fewer than five beats are a reservation, since a slow heart has no more of them in ten seconds; a
 * rate outside, or no two beats, is not to be read.
 *
 * @param found beats of all usable leads together
 */
export function withBeats(
  quality: RecordingQuality,
  { beats, bsqi }: { beats: readonly number[]; bsqi: number },
  rateHz: number
): RecordingQuality {
  const perMin = ratePerMin(beats, rateHz)
  const { bsqiAcceptable, bsqiLimited, lowestPerMin, highestPerMin } = RECORDING_LIMITS
  const said: [string, boolean, boolean][] = [
    ['detectors-disagree', bsqi < bsqiAcceptable, bsqi < bsqiLimited],
    ['beats-too-few', beats.length < RECORDING_LIMITS.beats, beats.length < 2],
    ['rate-out-of-range', perMin < lowestPerMin || perMin > highestPerMin, true]
  ]
  const seen = said.filter(([, is]) => is)
  const worst = quality.verdict === 'unacceptable' || seen.some(([, , unacceptable]) => unacceptable)
  return {
    verdict: worst ? 'unacceptable' : seen.length > 0 ? 'limited' : quality.verdict,
    reasons: [...new Set([...quality.reasons, ...seen.map(([reason]) => reason)])],
    leads: quality.leads.map((lead) => ({ ...lead, bsqi }))
  }
}

/**
 * Both, from samples alone; beats are looked for in the leads that can be read.
 *
 * @example assessRecording([{ name: 'I', samples: new Float64Array(5000) }], 500).verdict // 'unacceptable'
 */
export function assessRecording(leads: readonly NamedLead[], rateHz: number): RecordingQuality {
  const byLead = assessLeads(leads, rateHz)
  const usable = leads.filter((_, i) => byLead.leads[i]!.verdict !== 'unacceptable')
  const found = detectBeats(
    usable.map(({ samples }) => samples),
    rateHz
  )
  return withBeats(byLead, found, rateHz)
}

function oneLead(samples: Float64Array, rateHz: number): { verdict: QualityVerdict; reasons: string[] } {
  const present = finiteOf(samples)
  if (present.length === 0 || present.length < samples.length * (1 - MOST_MISSING)) {
    return { verdict: 'unacceptable', reasons: ['non-finite'] }
  }
  const { verdict, reasons } = assessLead(present, rateHz)
  const gaps = present.length < samples.length ? ['non-finite'] : []
  const noise = kurtosis(meanDecomposition(present, rateHz)) < RECORDING_LIMITS.kurtosis ? ['like-noise'] : []
  const reserved = verdict === 'acceptable' && gaps.length + noise.length > 0
  return { verdict: reserved ? 'limited' : verdict, reasons: [...gaps, ...reasons, ...noise] }
}

/** The samples that are there; the very array where none is missing. */
const finiteOf = (samples: Float64Array): Float64Array =>
  isComplete(samples) ? samples : samples.filter(Number.isFinite)

/** What only several leads show: that they contradict each other, exchanged arms, and stimuli of a pacemaker. */
function betweenLeads(leads: readonly NamedLead[], rateHz: number): string[] {
  const samplesOf = (name: string): Float64Array | undefined => leads.find((lead) => lead.name === name)?.samples
  const [one, two, three, avr] = ['I', 'II', 'III', 'aVR'].map(samplesOf)
  const found: string[] = []
  if (one && two && three && leadsContradict({ one, two, three }, rateHz)) found.push('leads-inconsistent')
  if (one && avr && [one, avr].every(isComplete) && armsLookExchanged(one, avr, rateHz)) {
    found.push('lead-reversal')
  }
  const whole = leads.map(({ samples }) => samples)
  if (pacingSpikes(whole, rateHz).length > 0) found.push('pacing-spikes')
  return found
}

/** From the median RR; NaN without two beats. */
function ratePerMin(beats: readonly number[], rateHz: number): number {
  const rr = beats.slice(1).map((at, i) => at - beats[i]!)
  return (60 * rateHz) / (rr.sort((a, b) => a - b)[rr.length >> 1] ?? Number.NaN)
}
