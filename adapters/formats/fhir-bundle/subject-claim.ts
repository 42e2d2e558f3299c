import type { Patient } from '@medplum/fhirtypes'
import type { PatientIdentifier, SubjectClaim } from '../../../core/decoded.ts'
import { authorityOfSystem, OMB_ETHNICITY, OMB_RACE, US_CORE } from '../../../fhir-profiles/index.ts'
import { clinicalTime } from './clinical-time.ts'

/** Authority of the ids that the sending FHIR server gave its own resources: never mistaken for a hospital number. */
export const serverAuthority = (feed: string): string => `fhir-server:${feed}`

/**
 * A Patient resource as a claim: who the bundle says it is about; matching is the record step's work. The resource was not
 * validated yet: what is no text where FHIR wants one claims nothing.
 */
export function claimOf(patient: Patient, feed: string): SubjectClaim {
  const names = listed(patient.name)
  const name = names.find(({ use }) => use === 'official') ?? names[0]
  const address = listed(patient.address)[0]
  const deceased =
    typeof patient.deceasedBoolean === 'boolean'
      ? patient.deceasedBoolean
      : clinicalTime(textOf(patient.deceasedDateTime))
  const telecom = listed(patient.telecom).flatMap(({ system, value }) =>
    textOf(value) && (system === 'phone' || system === 'email') ? [{ system, value: textOf(value)! }] : []
  )
  const birthDate = textOf(patient.birthDate)
  const given = texts(name?.given)
  const claim: SubjectClaim = {
    identifiers: identifiersOf(patient, feed),
    family: textOf(name?.family),
    given: given.length > 0 ? given : undefined,
    birthDate: /^\d{4}-\d{2}-\d{2}$/.test(birthDate ?? '') ? birthDate : undefined,
    sex: SEXES.find((sex) => sex === patient.gender),
    deceased,
    race: nonEmpty(categoriesOf(patient, US_CORE.race).filter((code) => Object.hasOwn(OMB_RACE, code))),
    ethnicity: categoriesOf(patient, US_CORE.ethnicity).find((code) => Object.hasOwn(OMB_ETHNICITY, code)),
    telecom: telecom.length > 0 ? telecom : undefined,
    address:
      address &&
      filled({
        line: texts(address.line).join(', ') || undefined,
        city: textOf(address.city),
        postalCode: textOf(address.postalCode),
        country: textOf(address.country)
      })
  }
  return filled(claim)
}

/** OMB categories of a US Core extension. */
const categoriesOf = (patient: Patient, url: string): string[] =>
  listed(patient.extension)
    .filter((extension) => extension.url === url)
    .flatMap((extension) => listed(extension.extension))
    .flatMap((part) => (part.url === 'ombCategory' ? (textOf(part.valueCoding?.code) ?? []) : []))

const nonEmpty = (codes: string[]): string[] | undefined => (codes.length > 0 ? [...new Set(codes)].sort() : undefined)

const SEXES = ['male', 'female', 'other', 'unknown'] as const

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
/** The objects of a list, of whatever else stands there none. */
const listed = <T extends object>(value: readonly T[] | undefined): T[] =>
  Array.isArray(value) ? value.filter((item): item is T => typeof item === 'object' && item !== null) : []

/** Patient.identifier: the system is the authority (an OID without its urn), the first type code the type. */
function identifiersOf({ id, identifier }: Patient, feed: string): PatientIdentifier[] {
  const named = listed(identifier).flatMap(({ system, value, type }): PatientIdentifier[] => {
    const number = textOf(value)
    if (!number) return []
    const authority = textOf(system)
    const code = textOf(listed(type?.coding)[0]?.code)
    return [
      { value: number, ...(authority ? { authority: authorityOf(authority) } : {}), ...(code ? { type: code } : {}) }
    ]
  })
  const own = textOf(id)
  return own ? [...named, { value: own, authority: serverAuthority(feed), type: 'PI' }] : named
}

/** HL7 v2 sends the same authority as a bare OID or name. */
export const authorityOf = authorityOfSystem

const filled = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T
