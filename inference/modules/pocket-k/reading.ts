import type { Observation } from '@medplum/fhirtypes'
import { HIS, POTASSIUM_CODES } from '../../../fhir-profiles/index.ts'
import { hasCode, isTimeAmbiguous, versioned } from '../../record/reading.ts'
import { instantOf } from '../../record/times.ts'

export const POTASSIUM_TOKENS = POTASSIUM_CODES.map(({ system, code }) => `${system}|${code}`).join(',')

export const isPotassium = (observation: Observation): boolean => hasCode(observation.code, POTASSIUM_CODES)

export interface Potassium {
  reference: string
  status: Observation['status']
  /** mmol/L; absent when the laboratory gave no usable number, or rejected the specimen. */
  value?: number
  comparator?: string
  /** Why there is no number: its unit makes it none, it is of another specimen than blood, or the laboratory has none. */
  absence?: 'unit' | 'specimen' | 'none'
  collectedAt?: string
  /** When the laboratory said it (OBR-22); never the time of the value. */
  saidAt?: string
  isHaemolysed: boolean
  /** The specimen was rejected for another reason. */
  isRejected: boolean
  /** An earlier value was taken back because none could be measured (OBX-11 `C` with words in place of the number). */
  isTakenBack: boolean
  isFinal: boolean
  /** 3.5 to 5.0 mmol/L (specs 02 section 8), whatever else speaks for or against it; a censored value ('<4.0') is not. */
  isNormal: boolean
}

export const NORMAL = { from: 3.5, to: 5.0 }

/** A potassium as this module needs it (rules section 7); collection time is the Observation's effective time. */
export function readPotassium(observation: Observation): Potassium {
  const { value, unit, code, comparator } = observation.valueQuantity ?? {}
  const inMmol = (code ?? unit ?? '').toLowerCase().replace('meq/l', 'mmol/l') === 'mmol/l'
  const isPlausible = value !== undefined && inMmol && value >= 1 && value <= 12
  const isRejected = isMarked(observation, HIS['specimen-rejected'].code)
  const absence = isPlausible ? undefined : absenceOf(observation)
  const isAmbiguous = isTimeAmbiguous(observation)
  return {
    reference: versioned(observation),
    status: observation.status,
    ...(isPlausible && !isRejected ? { value } : {}),
    ...(comparator ? { comparator } : {}),
    ...(absence ? { absence } : {}),
    collectedAt: isAmbiguous ? undefined : instantOf(observation.effectiveDateTime),
    saidAt: isAmbiguous ? undefined : instantOf(observation.issued),
    isHaemolysed: isMarked(observation, HIS['specimen-haemolysed'].code),
    isRejected,
    isTakenBack: observation.status === 'entered-in-error' && observation.dataAbsentReason?.text === 'value-taken-back',
    isFinal: ['final', 'amended', 'corrected'].includes(observation.status),
    isNormal: isPlausible && !isRejected && !comparator && value >= NORMAL.from && value <= NORMAL.to
  }
}

const isMarked = ({ interpretation = [] }: Observation, code: string): boolean =>
  interpretation.some(({ coding }) => coding?.some((one) => one.code === code))

function absenceOf({ valueQuantity, dataAbsentReason }: Observation): NonNullable<Potassium['absence']> {
  const said = (...codes: string[]) => dataAbsentReason?.coding?.some(({ code }) => codes.includes(code ?? '')) ?? false
  if (said(HIS['input-conflict'].code)) return 'specimen'
  if (valueQuantity?.value !== undefined || said(HIS['unit-unknown'].code, HIS['value-implausible'].code)) return 'unit'
  return 'none'
}
