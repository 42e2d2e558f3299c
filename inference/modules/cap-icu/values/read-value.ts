import type { CodeableConcept, Observation, ObservationComponent } from '@medplum/fhirtypes'
import { HIS, OBSERVATION_VALUE } from '../../../../fhir-profiles/index.ts'
import { hasTag, versioned } from '../../../record/reading.ts'
import { instantOf } from '../../../record/times.ts'
import type { CapIcuInput } from '../types.ts'
import { convert } from './convert.ts'
import type { Variable, VariableLookup } from './variables.ts'

type UnusedReason = NonNullable<CapIcuInput['unused']>[number]['reason']

/** What one Observation says about the variables of a stay. */
export interface Reading {
  /** Versioned. */
  reference: string
  /** ISO instant: collection, or the end of the period that was measured (a day's urine is known when the day is over). */
  at?: string
  values: { variable: string; value: number; censored?: true }[]
  unused: { variable: string; reason: UnusedReason }[]
}

const USED_STATUS: readonly string[] = ['preliminary', 'final', 'amended', 'corrected', 'unknown']
const HELD_BACK: readonly string[] = [HIS.quarantine.code, HIS['patient-mismatch'].code]
const TAKEN_BACK: readonly string[] = ['entered-in-error', 'cancelled']

/**
 * The values of one Observation, itself and its components (blood pressure panels).
 *
 * Retracted ones are counted and not read; of a haemolysed specimen the potassium is never used (rules section 7); what an
 * algorithm asserted (AIAST) is no observation of the patient, or results would feed on results. A time in the hour that
 * daylight saving repeats is good enough for windows of a day (rules section 3 bars it under 2 h), a date alone is not.
 */
export function readValues(observation: Observation, lookup: VariableLookup): Reading {
  const reading: Reading = { reference: versioned(observation), at: timeOf(observation), values: [], unused: [] }
  if (observation.meta?.security?.some(({ code }) => code === OBSERVATION_VALUE.aiAsserted.code)) return reading
  // Held back until a person says whose it is (rules section 2).
  if (HELD_BACK.some((code) => hasTag(observation, code))) return reading
  const isTakenBack = TAKEN_BACK.includes(observation.status)
  if (!isTakenBack && !USED_STATUS.includes(observation.status)) return reading
  const isHaemolysed = hasHaemolysis(observation)
  for (const part of [observation, ...(observation.component ?? [])]) {
    const variable = variableOf(part.code, lookup)
    if (!variable) continue
    const key = variable.key
    if (isTakenBack) reading.unused.push({ variable: key, reason: 'retracted' })
    else if (isHaemolysed && key === 'potassium') reading.unused.push({ variable: key, reason: 'haemolysed' })
    else add(reading, part, variable)
  }
  return reading
}

function add(reading: Reading, part: Observation | ObservationComponent, variable: Variable): void {
  const { key } = variable
  const yesOrNo = key === 'ventilation' ? ventilationOf(part) : undefined
  if (yesOrNo !== undefined) {
    reading.values.push({ variable: key, value: yesOrNo })
    return
  }
  const quantity = part.valueQuantity ?? (part.valueInteger === undefined ? undefined : { value: part.valueInteger })
  if (!quantity) return
  const converted = convert(quantity, variable)
  if (converted.kind === 'unused') reading.unused.push({ variable: key, reason: converted.reason })
  else reading.values.push({ variable: key, value: converted.value, ...(converted.censored ? { censored: true } : {}) })
}

/** Ventilation is said by a code of the site: a value of no (or 0, false) says that it ended. */
function ventilationOf(part: Observation | ObservationComponent): number | undefined {
  if (part.valueBoolean !== undefined) return part.valueBoolean ? 1 : 0
  const number = part.valueInteger ?? part.valueQuantity?.value
  if (number === 0 || number === 1) return number
  return undefined
}

function variableOf(code: CodeableConcept | undefined, lookup: VariableLookup): Variable | undefined {
  for (const coding of code?.coding ?? []) {
    const variable = lookup.variableOf(coding)
    if (variable) return variable
  }
  return undefined
}

/** Whether the code of the Observation, or of one of its parts, names a variable or a panel that may hold one. */
export const concernsVariables = (observation: Observation, lookup: VariableLookup): boolean =>
  [observation, ...(observation.component ?? [])].some(({ code }) => variableOf(code, lookup) !== undefined)

const hasHaemolysis = (observation: Observation): boolean =>
  (observation.interpretation ?? []).some(({ coding }) => coding?.some(({ code }) => code === 'specimen-haemolysed'))

export function timeOf(observation: Observation): string | undefined {
  const { effectiveDateTime, effectiveInstant, effectivePeriod } = observation
  const text = effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.end ?? effectivePeriod?.start
  return instantOf(text)
}
