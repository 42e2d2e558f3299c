import type { Patient } from '@medplum/fhirtypes'
import type { SubjectClaim } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { hasTag, TAG } from '../record/marks.ts'
import { conflictsWith, normaliseFamily, usableIdentifiers } from '../record/patient-claim.ts'
import { findPatient, survivorOf } from '../record/subject.ts'

const AT = 'hello.patient'

/**
 * The claim names one patient of the record, and family name and birth date are the ones on record; a first given name is
 * compared where both have one (rules section 2). Nothing on record confirms nothing: a person without a birth date cannot
 * be bound. A record that was merged away leads to its survivor, and has to agree as well, as the record step will ask.
 *
 * Unknown, unconfirmed and contradicted are answered alike: the connection is no way to find out who is a patient here.
 *
 * @throws AppError PATIENT_MISMATCH, AUTHORITY_UNKNOWN
 */
export async function confirmPatient(
  store: FhirStore,
  claim: SubjectClaim,
  defaultAuthority: string | undefined
): Promise<void> {
  const identifiers = usableIdentifiers(claim.identifiers, defaultAuthority, `${AT}.identifier`)
  const named = identifiers.length > 0 ? await findPatient(store, identifiers) : undefined
  if (!named) throw mismatch()
  const person = await survivorOf(store, named)
  const isConfirmed = isSame(person, claim) && conflictsWith(named, claim).length === 0
  const isSomebody = !hasTag(person, TAG.unidentifiedPatient) && person.active !== false
  if (!isConfirmed || !isSomebody) throw mismatch()
}

function isSame({ birthDate, name }: Patient, claim: SubjectClaim): boolean {
  const [{ family = '', given = [] } = {}] = name ?? []
  const first = [given[0], claim.given?.[0]]
  return (
    birthDate !== undefined &&
    birthDate === claim.birthDate &&
    normaliseFamily(family) !== '' &&
    normaliseFamily(family) === normaliseFamily(claim.family ?? '') &&
    (first.includes(undefined) || normaliseFamily(first[0]!) === normaliseFamily(first[1]!))
  )
}

const mismatch = (): AppError => new AppError('PATIENT_MISMATCH', { at: AT })
