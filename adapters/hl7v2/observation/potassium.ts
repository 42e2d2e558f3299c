import type { CodeableConcept, Observation } from '@medplum/fhirtypes'
import { ABSENT, HIS, hasCoding, POTASSIUM_CODES, quantity, UCUM } from '../../../fhir-profiles/index.ts'
import { conceptOf } from './local-concepts.ts'
import { numberWithComparator, type ObservedValue } from './observed-value.ts'
import type { SpecimenKind } from './specimen-kind.ts'
import { quantityIn, type Unit } from './unit.ts'

/** Plausible potassium, mmol/L; outside is a unit error until proved otherwise (codes.md section 1). */
export const PLAUSIBLE_MMOL_L = Object.freeze({ low: 1.0, high: 12.0 })
/** 1 mmol/L of potassium is 3.91 mg/dL (39.098 g/mol / 10). */
const MG_DL_PER_MMOL_L = 3.91

/** Whether a code is a blood or serum potassium that rules section 7 speaks of. */
export const isPotassium = (code: CodeableConcept | undefined): boolean =>
  POTASSIUM_CODES.some((one) => hasCoding(code, one))

export type PotassiumValue =
  | { kind: 'value'; value: ObservedValue }
  /** No value may be used; `reason` goes into Observation.dataAbsentReason. */
  | { kind: 'withheld'; reason: WithheldReason }

/** `no-value`: the laboratory says, in words or by silence, that there is none; `value-taken-back`: so after a value. */
export type WithheldReason = 'unit-error' | 'unit-unmapped' | 'specimen-mismatch' | 'no-value' | 'value-taken-back'

/**
 * A potassium in mmol/L, or why there is none.
 *
 * meq/L equals mmol/L (valence 1); mg/dL is divided by 3.91 only where the site mapped the code as a mass code
 * (`isMassCode`); every other unit, an empty one included, is unmapped. Comparators ('>9.0', '<2.0') are kept: such a
 * value is censored and serves for the class only.
 * Words in place of a number ('TNP', 'QNS', 'HEMOLYZED') and an empty OBX-5 are no value.
 * @param raw value[x] as OBX-5 had it; a plain number in a text type is read as a number; absent: OBX-5 is empty
 */
export function potassiumValue(
  raw: ObservedValue | undefined,
  { unit, isMassCode, specimen }: { unit: Unit; isMassCode: boolean; specimen: SpecimenKind }
): PotassiumValue {
  if (specimen === 'urine' || specimen === 'other') return { kind: 'withheld', reason: 'specimen-mismatch' }
  const fromText = raw?.valueString === undefined ? undefined : numberWithComparator(raw.valueString)
  const sentAs = raw?.valueQuantity ?? (fromText && quantityIn(fromText.value, fromText.comparator, unit))
  if (sentAs?.value === undefined) return { kind: 'withheld', reason: 'no-value' }
  const millimoles = inMillimoles(sentAs.value, unit, isMassCode)
  if (millimoles === undefined) return { kind: 'withheld', reason: 'unit-unmapped' }
  if (millimoles < PLAUSIBLE_MMOL_L.low || millimoles > PLAUSIBLE_MMOL_L.high) {
    return { kind: 'withheld', reason: 'unit-error' }
  }
  const { comparator } = sentAs
  const valueQuantity = { ...quantity(millimoles, UCUM.millimolePerLitre), ...(comparator ? { comparator } : {}) }
  return { kind: 'value', value: { valueQuantity } }
}

function inMillimoles(value: number, unit: Unit, isMassCode: boolean): number | undefined {
  if (unit.kind !== 'ucum') return undefined
  if (isMassCode) {
    return unit.code === UCUM.milligramPerDecilitre ? Math.round((value / MG_DL_PER_MMOL_L) * 1000) / 1000 : undefined
  }
  return unit.code === UCUM.millimolePerLitre || unit.code === UCUM.milliequivalentPerLitre ? value : undefined
}

const REASONS: Readonly<Record<WithheldReason, readonly { system: string; code: string; display?: string }[]>> = {
  'unit-error': [ABSENT.error, HIS['value-implausible']],
  'unit-unmapped': [ABSENT.error, HIS['unit-unknown']],
  'specimen-mismatch': [ABSENT.error, HIS['input-conflict']],
  'no-value': [ABSENT.notPerformed],
  'value-taken-back': [ABSENT.notPerformed]
}

/** Observation.dataAbsentReason of a withheld value: HL7's concept, the guide's, and our word as text. */
export const withheldReason = (reason: WithheldReason): Observation['dataAbsentReason'] => ({
  ...conceptOf(...REASONS[reason]),
  text: reason
})
