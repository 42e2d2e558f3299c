import { assessRecording } from '../../signal/recording-quality.ts'
import { independentLeads, MIN_INDEPENDENT, twelveLeads } from './leads.ts'
import type { AnyEcgInput, ProfileQuality } from './types.ts'

export const MIN_RATE_HZ = 250
const MAX_RATE_HZ = 32_000
export const MIN_SECONDS = 8
export const MIN_AGE = 18
export const MAX_AGE = 90

export interface Person {
  age: number
  sex: 'male' | 'female'
}

export type Gated =
  | { pass: false; code: string; quality?: ProfileQuality }
  | ({ pass: true; person: Person; quality: ProfileQuality } & NonNullable<ReturnType<typeof twelveLeads>>)

/**
 * May this tracing get a profile (specs 04 section 2)? The first reason against it is the refusal code. Whoever is asked without
 * age and sex gets none: what the tracing adds to them could not be said. There is no `limited` here: a tracing with any
 * reservation about any lead is refused.
 *
 * Deviation: a wandering baseline is no reservation. Every preprocessing of a 12-lead model takes away what lies below half a hertz
 * before the model sees it, and 114 of the 353 tracings of PTB-XL folds 1-8 have such a lead: they would all be refused for what
 * nobody reads here.
 */
export function gate(input: AnyEcgInput): Gated {
  const person = personOf(input)
  if (typeof person === 'string') return { pass: false, code: person }
  const { leads, rateHz } = input
  if (input.paced) return { pass: false, code: 'paced' }
  if (independentLeads(leads) < MIN_INDEPENDENT) return { pass: false, code: 'lead-missing' }
  if (leads.some(({ unit }) => unit !== 'mV')) return { pass: false, code: 'unit-unknown' }
  if (!(rateHz >= MIN_RATE_HZ && rateHz <= MAX_RATE_HZ)) return { pass: false, code: 'rate-too-low' }
  const length = leads[0]!.samples.length
  if (!(length / rateHz > MIN_SECONDS)) return { pass: false, code: 'too-short' }
  const complete = leads.every(({ samples }) => samples.length === length) ? twelveLeads(leads) : undefined
  if (!complete) return { pass: false, code: 'lead-missing' }
  const { verdict, reasons } = assessRecording(complete.leads, rateHz)
  const isSound = verdict !== 'unacceptable' && reasons.every((reason) => reason === 'wander')
  const quality: ProfileQuality = { verdict: isSound ? 'acceptable' : verdict, reasons }
  if (reasons.includes('lead-reversal')) return { pass: false, code: 'lead-reversal', quality }
  if (reasons.includes('pacing-spikes')) return { pass: false, code: 'paced', quality }
  if (!isSound) return { pass: false, code: 'quality-unacceptable', quality }
  return { pass: true, person, ...complete, quality }
}

function personOf({ age, sex }: AnyEcgInput): Person | string {
  if (age === undefined || !Number.isFinite(age) || (sex !== 'male' && sex !== 'female')) return 'demographics-missing'
  return age >= MIN_AGE && age <= MAX_AGE ? { age, sex } : 'age-out-of-range'
}
