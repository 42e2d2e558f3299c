import type { CodeableConcept } from '@medplum/fhirtypes'
import { CANONICAL_BASE, CODE_SYSTEM, HIS } from '../../../fhir-profiles/index.ts'

/** Senders' own coding systems live below this, by feed and by the name they gave them. */
export const LOCAL_SYSTEM_BASE = `${CANONICAL_BASE}/CodeSystem/local`

/**
 * Observation.interpretation of a potassium drawn from a haemolysed specimen (rules section 7): modules never use such a
 * value, but let it trigger screening.
 */
export const HAEMOLYSED: CodeableConcept = Object.freeze({
  coding: [
    { system: CODE_SYSTEM.concepts, code: 'specimen-haemolysed', display: 'Specimen haemolysed' },
    { ...HIS['potassium-haemolysed'] }
  ]
})

/**
 * The same of a potassium whose specimen the laboratory rejected (SPM-21): no module uses the value, if there is one at all.
 */
export const REJECTED: CodeableConcept = Object.freeze({ coding: [{ ...HIS['specimen-rejected'] }] })

export const conceptOf = (...coding: { system: string; code: string; display?: string }[]): CodeableConcept => ({
  coding: coding.map((one) => ({ ...one }))
})
