import type { Condition, Resource } from '@medplum/fhirtypes'
import type { ConditionLabel } from './types.ts'

interface Code {
  system: string
  code: string
}

/** ICD-10 and its national modifications, in which a three-character category means the same. */
const ICD10 = /^http:\/\/hl7\.org\/fhir\/sid\/icd-10(?:-[a-z]{2,3})?$|^urn:oid:2\.16\.840\.1\.113883\.6\.(?:3|90)$/

/** Whether a coding of the record names the condition of a label: its public code, or an ICD-10 code of its category. */
export function isLabel({ icd10, coding }: Pick<ConditionLabel, 'icd10' | 'coding'>, { system, code }: Code): boolean {
  if (coding && coding.system === system && coding.code === code) return true
  return icd10 !== undefined && ICD10.test(system) && code.toUpperCase().startsWith(icd10.toUpperCase())
}

/** Of a verification status: refuted, taken back, or only suspected. */
const DOUBTFUL = ['entered-in-error', 'refuted', 'differential', 'provisional', 'unconfirmed']

/** Codings of a diagnosis that stands, or whose status nobody states; of one in doubt, none. */
export function codesOf(condition: Condition): Code[] {
  const status = condition.verificationStatus?.coding?.[0]?.code
  if (status !== undefined && DOUBTFUL.includes(status)) return []
  return (condition.code?.coding ?? []).flatMap(({ system, code }) => (system && code ? [{ system, code }] : []))
}

/** Since when the record knows it: onset, else when it was recorded; undefined where neither is said as a time. */
export const knownSince = ({ onsetDateTime, recordedDate }: Condition): string | undefined =>
  onsetDateTime ?? recordedDate

export const isCondition = (resource: Resource): resource is Condition => resource.resourceType === 'Condition'
