import type { CodeableConcept, Extension, Observation, Resource, ServiceRequest } from '@medplum/fhirtypes'
import { CODE_SYSTEM, EXTENSION, LOINC, POTASSIUM_CODES } from '../../../fhir-profiles/index.ts'

/** How the record writes what this module reads; one place, so that a change of a convention is one change here. */

export const ECG_TOKEN = `${LOINC.ekgStudy.system}|${LOINC.ekgStudy.code}`
export const POTASSIUM_TOKENS = POTASSIUM_CODES.map(({ system, code }) => `${system}|${code}`).join(',')
export const ORDER_TOKEN = `${CODE_SYSTEM.concepts}|pocket-k`

export const isEcg = (observation: Observation): boolean => hasCode(observation.code, [LOINC.ekgStudy])
export const isPotassium = (observation: Observation): boolean => hasCode(observation.code, POTASSIUM_CODES)
export const asksForUs = (order: ServiceRequest): boolean =>
  hasCode(order.code, [{ system: CODE_SYSTEM.concepts, code: 'pocket-k' }])

const hasCode = (concept: CodeableConcept | undefined, codes: readonly { system: string; code: string }[]): boolean =>
  concept?.coding?.some((coding) =>
    codes.some(({ system, code }) => coding.system === system && coding.code === code)
  ) ?? false

export const hasTag = (resource: Resource, code: string): boolean =>
  resource.meta?.tag?.some((tag) => tag.code === code) ?? false

/** 'Type/id/_history/version' of a stored resource. */
export const versioned = (resource: Resource): string =>
  `${resource.resourceType}/${resource.id}/_history/${resource.meta?.versionId ?? '1'}`

export const reference = (resource: Resource): string => `${resource.resourceType}/${resource.id}`

/** The patient at first write; a merge moves the subject and leaves this (rules section 2). */
export function originalSubject(resource: Observation | ServiceRequest): string | undefined {
  const kept = resource.extension?.find(({ url }) => url === EXTENSION.originalSubject)?.valueReference?.reference
  return kept ?? resource.subject?.reference
}

/** The extensions of a primitive lie beside it, where the type definitions do not look. */
interface TimedElement {
  _effectiveDateTime?: { extension?: Extension[] }
}

/** Whether a time fell into the hour that daylight saving repeats: barred from windows under 2 h (rules section 3). */
export const isTimeAmbiguous = (observation: Observation): boolean =>
  [...(observation.extension ?? []), ...((observation as TimedElement)._effectiveDateTime?.extension ?? [])].some(
    ({ url, valueBoolean }) => url === EXTENSION.timeAmbiguous && valueBoolean === true
  )

/** What the record states about pacing: true, or nothing. */
export function statedPaced(ecg: Observation): boolean | undefined {
  const concepts = [
    ...(ecg.interpretation ?? []),
    ...(ecg.component ?? []).flatMap(({ code, valueCodeableConcept, interpretation }) => [
      code,
      ...(valueCodeableConcept ? [valueCodeableConcept] : []),
      ...(interpretation ?? [])
    ])
  ]
  const pacing = { system: CODE_SYSTEM.concepts, code: 'pacing-spikes' }
  return concepts.some((concept) => hasCode(concept, [pacing])) ? true : undefined
}

/** Instant with a time of day; a date alone is never midnight (rules section 3). */
export const instantOf = (text: string | undefined): string | undefined =>
  text && /T\d{2}:\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined

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
