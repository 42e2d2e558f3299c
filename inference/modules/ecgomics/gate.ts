import { assessLeads } from '../../signal/recording-quality.ts'
import { prepare } from './prepare.ts'
import type { EcgomicsInput, EcgomicsParameters, EcgQuality } from './types.ts'

export const MIN_RATE_HZ = 100
export const MIN_SECONDS = 8
const MAX_RATE_HZ = 32_000

export type Gated = { pass: true; quality: EcgQuality } | { pass: false; code: string; quality?: EcgQuality }

/**
 * Can this recording be measured at all (specs README section D, 01 section 2)? What speaks only against some features is
 * said feature by feature; here stands what leaves nothing to be measured.
 */
export function gate(input: EcgomicsInput, parameters: EcgomicsParameters): Gated {
  const asked = prepare(input, parameters)
  const { leads, rateHz } = asked
  if (leads.length === 0) return { pass: false, code: 'lead-missing' }
  if (leads.some(({ unit = 'mV' }) => unit !== 'mV')) return { pass: false, code: 'unit-unknown' }
  if (!(rateHz >= MIN_RATE_HZ && rateHz <= MAX_RATE_HZ)) return { pass: false, code: 'rate-too-low' }
  if (!(leads[0]!.samples.length / rateHz > MIN_SECONDS)) return { pass: false, code: 'too-short' }
  const quality = assessLeads(leads, rateHz)
  return quality.verdict === 'unacceptable'
    ? { pass: false, code: 'quality-unacceptable', quality }
    : { pass: true, quality }
}
