import { assessLead } from '../../signal/quality.ts'
import { RECORDING_LIMITS, withBeats } from '../../signal/recording-quality.ts'
import { armsLookExchanged } from '../../signal/reversal.ts'
import { isRhythmUnsuitable } from './rhythm.ts'
import type { PocketKInput, SignalVerdict } from './types.ts'
import { type LeadWaves, wavesOf } from './waves.ts'

export const MIN_RATE_HZ = 250
export const MIN_SECONDS = 8
export const CLIP_SECONDS = 10
export const MIN_AGE = 18

export type Gated =
  | { pass: false; code: string; quality?: SignalVerdict }
  | { pass: true; lead: NonNullable<PocketKInput['lead']>; waves: LeadWaves; quality: SignalVerdict }

/**
 * May this recording be scored at all (specs README section D, 02 section 2)? The first reason against it is the refusal
 * code; reservations make the verdict `limited`. Rules section 12: from Lead I alone neither exchanged arms nor pacing
 * can be seen, which is a reservation and not a refusal; so is a wide QRS that was known before.
 */
export function gate(input: PocketKInput): Gated {
  const person = personRefusal(input)
  if (person) return { pass: false, code: person }
  const { lead } = input
  if (!lead) return { pass: false, code: 'lead-missing' }
  if (lead.unit !== 'mV') return { pass: false, code: 'unit-unknown' }
  if (!(lead.rateHz >= MIN_RATE_HZ)) return { pass: false, code: 'rate-too-low' }
  const seconds = lead.samples.length / lead.rateHz
  if (seconds <= MIN_SECONDS) return { pass: false, code: 'too-short' }
  const ofSamples = assessLead(lead.samples, lead.rateHz)
  if (ofSamples.verdict === 'unacceptable') return unacceptable(ofSamples)
  if (input.avr && armsLookExchanged(lead.samples, input.avr, lead.rateHz))
    return { pass: false, code: 'lead-reversal' }
  const waves = wavesOf(lead)
  const { verdict, reasons } = withBeats(
    { ...ofSamples, leads: [] },
    // A tall T makes the detectors disagree, and it is what the screen looks for: that is a reservation here, no refusal.
    { beats: waves.beats.map(({ at }) => at), bsqi: Math.max(waves.bsqi, RECORDING_LIMITS.bsqiLimited) },
    lead.rateHz
  )
  if (verdict === 'unacceptable') return unacceptable({ verdict, reasons })
  if (isRhythmUnsuitable(waves)) return { pass: false, code: 'rhythm-unsuitable' }
  const reservations = [
    ...reasons,
    ...(input.wideQrs ? ['qrs-wide-preexisting'] : []),
    ...(seconds < CLIP_SECONDS ? ['zero-padded'] : []),
    ...(input.avr ? [] : ['reversal-not-assessable']),
    ...(input.paced === undefined ? ['pacing-not-assessable'] : [])
  ]
  return {
    pass: true,
    lead,
    waves,
    quality: { verdict: reservations.length > 0 ? 'limited' : 'acceptable', reasons: reservations }
  }
}

const unacceptable = ({ verdict, reasons }: SignalVerdict): Gated => ({
  pass: false,
  code: 'quality-unacceptable',
  quality: { verdict, reasons }
})

function personRefusal({ paced, age, adultVouched }: PocketKInput): string | undefined {
  if (paced === true) return 'paced'
  if (age !== undefined && age < MIN_AGE) return 'age-out-of-range'
  // An unknown birth date is not an adult (rules section 12).
  if (age === undefined && !adultVouched) return 'demographics-missing'
  return undefined
}
