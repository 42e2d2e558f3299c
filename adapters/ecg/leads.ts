import { AppError } from '../../core/errors/app-error.ts'
import type { Lead } from '../../core/waveform.ts'
import { leadByName } from '../../fhir-profiles/index.ts'

/** What a reader knows of a channel beside its name. */
export type LeadFacts = Pick<Lead, 'resolution' | 'derived' | 'filters'>

/**
 * ECG leads outside the offset table, under the names that carts give them: posterior and right-sided chest leads, the
 * orthogonal leads, monitor leads. They are kept by name, without a lead number.
 */
const OTHER_LEADS: ReadonlyMap<string, string> = new Map(
  ['V7', 'V8', 'V9', 'V1R', 'V2R', 'V3R', 'V4R', 'V5R', 'V6R', 'V7R', 'V8R', 'V9R', 'X', 'Y', 'Z', 'CM5', 'CC5']
    .concat(['MCL', 'MCL1', 'MLI', 'MLII', 'MLIII', 'ES', 'AS', 'AI'])
    .map((name) => [name, name])
)

/** Four leads of the twelve that follow from I and II. */
export const AUGMENTED: ReadonlySet<string> = new Set(['III', 'aVR', 'aVL', 'aVF'])

/**
 * A lead in mV by any of its usual names ('aVR', 'Lead V1', 'MDC_ECG_LEAD_AVF'): of the twelve with its number, of the
 * other known ones by name alone.
 *
 * @param at position of the channel, for the error
 * @throws AppError LEAD_UNKNOWN; never guessed (codes.md section 3)
 */
export function ecgLead(name: string, facts: LeadFacts, at: string): Lead {
  const known = leadByName(name)
  const other = OTHER_LEADS.get(
    name
      .trim()
      .toUpperCase()
      .replace(/^(?:MDC_ECG_LEAD_|LEAD )/, '')
  )
  if (!known && !other) throw new AppError('LEAD_UNKNOWN', { at })
  const { derived, filters, resolution } = facts
  return {
    name: known?.name ?? other!,
    ...(known ? { mdc: known.n } : {}),
    unit: 'mV',
    resolution,
    ...(derived ? { derived } : {}),
    ...(filters ? { filters } : {})
  }
}
