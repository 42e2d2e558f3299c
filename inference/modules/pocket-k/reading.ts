import type { Observation } from '@medplum/fhirtypes'
import { POTASSIUM_CODES } from '../../../fhir-profiles/index.ts'
import { hasCode, isTimeAmbiguous, versioned } from '../../record/reading.ts'
import { instantOf } from '../../record/times.ts'

export const POTASSIUM_TOKENS = POTASSIUM_CODES.map(({ system, code }) => `${system}|${code}`).join(',')

export const isPotassium = (observation: Observation): boolean => hasCode(observation.code, POTASSIUM_CODES)

export interface Potassium {
  reference: string
  status: Observation['status']
  /** mmol/L; absent when the laboratory gave no usable number. */
  value?: number
  comparator?: string
  collectedAt?: string
  isHaemolysed: boolean
  isFinal: boolean
}

/** A potassium as this module needs it (rules section 7); collection time is the Observation's effective time. */
export function readPotassium(observation: Observation): Potassium {
  const { value, unit, code, comparator } = observation.valueQuantity ?? {}
  const inMmol = (code ?? unit ?? '').toLowerCase().replace('meq/l', 'mmol/l') === 'mmol/l'
  const isPlausible = value !== undefined && inMmol && value >= 1 && value <= 12
  return {
    reference: versioned(observation),
    status: observation.status,
    ...(isPlausible ? { value } : {}),
    ...(comparator ? { comparator } : {}),
    collectedAt: isTimeAmbiguous(observation) ? undefined : instantOf(observation.effectiveDateTime),
    isHaemolysed: (observation.interpretation ?? []).some(({ coding }) =>
      coding?.some((one) => one.code === 'specimen-haemolysed')
    ),
    isFinal: ['final', 'amended', 'corrected'].includes(observation.status)
  }
}
