import type { CodeableConcept, Encounter, Extension, Observation, Resource, ServiceRequest } from '@medplum/fhirtypes'
import { CODE_SYSTEM, EXTENSION, LOINC } from '../../fhir-profiles/index.ts'

/** How the record writes what modules read; one place, so that a change of a convention is one change here. */

export const ECG_TOKEN = `${LOINC.ekgStudy.system}|${LOINC.ekgStudy.code}`

export const isEcg = (observation: Observation): boolean => hasCode(observation.code, [LOINC.ekgStudy])

export const hasCode = (
  concept: CodeableConcept | undefined,
  codes: readonly { system: string; code: string }[]
): boolean =>
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
export function originalSubject(resource: Observation | ServiceRequest | Encounter): string | undefined {
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
