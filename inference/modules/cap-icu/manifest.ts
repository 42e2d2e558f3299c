import type { ModuleManifest } from '../../../core/inference-module.ts'
import type { CapIcuInput } from './types.ts'

/** Death in hospital from the first 24 h in intensive care. */
export const ROLE_24H = 'icu-mortality/1'
/** The same from the first 48 h. */
export const ROLE_48H = 'icu-mortality-48h/1'
/** SUPPORT2 rows (day-3 variables of seriously ill inpatients): another population, never mixed with the others. */
export const ROLE_SUPPORT2 = 'icu-mortality-support2/1'

export const manifest: ModuleManifest = {
  id: 'cap-icu',
  title: 'ICU mortality estimate with case-based bias correction',
  contract: 'cap-icu/1',
  models: [ROLE_24H, ROLE_48H, ROLE_SUPPORT2],
  listensTo: ['Encounter', 'Observation', 'Patient', 'ServiceRequest', 'Condition', 'Procedure', 'Consent'],
  kind: 'AI-for-Structured-Clinical-Data'
}

/** The role that is asked: the input's own, else by how much of the stay it covers. */
export function roleOf({ role, moment, windowHours }: Pick<CapIcuInput, 'role' | 'moment' | 'windowHours'>): string {
  if (role) return role
  return moment === '48h' || (moment === 'request' && windowHours > 24) ? ROLE_48H : ROLE_24H
}
