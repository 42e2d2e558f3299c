import { mainsOf } from '../../signal/mains.ts'
import { assessLeads } from '../../signal/recording-quality.ts'
import { withoutMains } from './prepare.ts'
import type { EcgomicsInput, EcgomicsParameters, EcgQuality } from './types.ts'

/** A lead is judged on this much of its start, as by the gate. */
const JUDGED_SECONDS = 60

/** The mains frequency to be taken out: the one asked for, or for `auto` what the leads show; 0 for none. */
export function mainsHzOf(
  { leads, rateHz }: Pick<EcgomicsInput, 'leads' | 'rateHz'>,
  { mainsHz }: Pick<EcgomicsParameters, 'mainsHz'>
): 0 | 50 | 60 {
  if (mainsHz !== 'auto') return mainsHz
  const samples = leads.map((lead) => lead.samples)
  return mainsOf(samples, rateHz)
}

/**
 * Whether waves are looked for in a lead: it is not unacceptable, or is so for mains and no longer without it. Its edges
 * count for the intervals over all leads, which a hum would otherwise read from other leads; features of the lead
 * itself stay absent, since its verdict stands.
 *
 * @param judged the verdict on the samples as they are
 */
export function isMeasurable(
  { verdict, reasons }: EcgQuality['leads'][number],
  samples: Float64Array,
  { rateHz, mainsHz }: { rateHz: number; mainsHz: 0 | 50 | 60 }
): boolean {
  if (verdict !== 'unacceptable') return true
  if (mainsHz === 0 || !reasons.includes('mains')) return false
  const start = withoutMains(samples.subarray(0, JUDGED_SECONDS * rateHz), rateHz, { mainsHz })
  return assessLeads([{ name: '', samples: start }], rateHz).leads[0]!.verdict !== 'unacceptable'
}
