import type { Resource } from '@medplum/fhirtypes'

/** Elements that hold the patient, in the order in which they are asked. */
const SUBJECT_ELEMENTS = ['subject', 'patient', 'for', 'beneficiary', 'individual'] as const

/** Internal id of the patient a resource is about: its own when it is a Patient, else of its subject; undefined for none. */
export function patientOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Patient') return resource.id
  for (const element of SUBJECT_ELEMENTS) {
    const value = (resource as unknown as Record<string, unknown>)[element]
    const reference = (value as { reference?: unknown } | undefined)?.reference
    if (typeof reference !== 'string') continue
    const match = /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/|$)/.exec(reference)
    if (match) return match[1]
  }
  return undefined
}
