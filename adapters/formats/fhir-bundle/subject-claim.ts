import type { Patient } from '@medplum/fhirtypes'
import type { PatientIdentifier, SubjectClaim } from '../../../core/decoded.ts'
import { clinicalTime } from './clinical-time.ts'

/** Authority of the ids that the sending FHIR server gave its own resources: never mistaken for a hospital number. */
export const serverAuthority = (feed: string): string => `fhir-server:${feed}`

/** A Patient resource as a claim: who the bundle says it is about; matching is the record step's work. */
export function claimOf(patient: Patient, feed: string): SubjectClaim {
  const name = patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0]
  const address = patient.address?.[0]
  const deceased = patient.deceasedBoolean ?? clinicalTime(patient.deceasedDateTime)
  const telecom = (patient.telecom ?? []).flatMap(({ system, value }) =>
    value && (system === 'phone' || system === 'email') ? [{ system, value }] : []
  )
  const claim: SubjectClaim = {
    identifiers: identifiersOf(patient, feed),
    family: name?.family,
    given: name?.given,
    birthDate: /^\d{4}-\d{2}-\d{2}$/.test(patient.birthDate ?? '') ? patient.birthDate : undefined,
    sex: patient.gender,
    deceased,
    telecom: telecom.length > 0 ? telecom : undefined,
    address:
      address &&
      filled({
        line: address.line?.join(', '),
        city: address.city,
        postalCode: address.postalCode,
        country: address.country
      })
  }
  return filled(claim)
}

/** Patient.identifier: the system is the authority (an OID without its urn), the first type code the type. */
function identifiersOf({ id, identifier }: Patient, feed: string): PatientIdentifier[] {
  const named = (identifier ?? []).flatMap(({ system, value, type }): PatientIdentifier[] => {
    if (!value) return []
    const code = type?.coding?.[0]?.code
    return [{ value, ...(system ? { authority: authorityOf(system) } : {}), ...(code ? { type: code } : {}) }]
  })
  return id ? [...named, { value: id, authority: serverAuthority(feed), type: 'PI' }] : named
}

/** HL7 v2 sends the same authority as a bare OID. */
export const authorityOf = (system: string): string => system.replace(/^urn:oid:/, '')

const filled = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T
