import type { Patient } from '@medplum/fhirtypes'
import type { PatientIdentifier, SubjectClaim } from '../../core/decoded.ts'
import type { Family } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { authoritySystem, CDC_RACE_SYSTEM, OMB_ETHNICITY, OMB_RACE, US_CORE } from '../../fhir-profiles/index.ts'

/** HL7 table 0203 types that name a person in a hospital's index; '' stands for a sender that types nothing. */
const PERSON_TYPES = new Set(['', 'MR', 'PI', 'PT', 'EPI', 'U', 'MRN'])

/** Identifiers that senders use for 'nobody in particular' (rules section 2). */
const PLACEHOLDER = /^(unknown|unk|none|n\/?a|null|test|anonymous|noname|0+|9{4,}|x+|\?+|-+)$/i
const EMERGENCY = /^(emer|emerg|emergency|trauma|temp|tmp|zz)/i

export interface UsableIdentifier {
  system: string
  value: string
  type?: string
}

/**
 * The identifiers of a claim that may find a patient.
 * @throws AppError AUTHORITY_UNKNOWN when the only candidates name no authority and the feed has no default
 */
export function usableIdentifiers(
  identifiers: PatientIdentifier[],
  defaultAuthority: string | undefined,
  at = 'PID-3.4'
): UsableIdentifier[] {
  const candidates = identifiers.filter(({ value, type }) => isReal(value) && PERSON_TYPES.has(type ?? ''))
  const usable = candidates.flatMap(({ value, authority, type }) => {
    const by = authority || defaultAuthority
    return by ? [{ system: authoritySystem(by), value: value.trim(), type }] : []
  })
  if (candidates.length > 0 && usable.length === 0) throw new AppError('AUTHORITY_UNKNOWN', { at })
  return usable
}

function isReal(value: string): boolean {
  const text = value.trim()
  return text !== '' && !PLACEHOLDER.test(text) && !EMERGENCY.test(text)
}

export type Conflict = 'birth-date' | 'sex' | 'family-name'

/** What in the claim contradicts the stored person; absent facts contradict nothing. */
export function conflictsWith(patient: Patient, claim: SubjectClaim): Conflict[] {
  const conflicts: Conflict[] = []
  if (patient.birthDate && claim.birthDate && patient.birthDate !== claim.birthDate) conflicts.push('birth-date')
  const sexes = [patient.gender, claim.sex]
  if (sexes.every((sex) => sex === 'male' || sex === 'female') && sexes[0] !== sexes[1]) conflicts.push('sex')
  const stored = patient.name?.[0]?.family
  if (stored && claim.family && normaliseFamily(stored) !== normaliseFamily(claim.family)) conflicts.push('family-name')
  return conflicts
}

/** Family names compare without case, accents, blanks and hyphens: 'Müller' = 'MULLER', 'van der Berg' = 'VANDERBERG'. */
export function normaliseFamily(name: string): string {
  return name
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .toUpperCase()
    .replace(/\P{Letter}/gu, '')
}

/** The claim laid over a person: 'assert' replaces what is sent and deletes what is `""`, 'fill' adds only what is absent. */
export function applyClaim(patient: Patient, claim: SubjectClaim, how: 'assert' | 'fill'): Patient {
  const next: Patient = { ...patient }
  const may = (present: unknown) => how === 'assert' || present === undefined
  const name = next.name?.[0] ?? {}
  const family = claim.family && may(name.family) ? claim.family : name.family
  const given = claim.given?.length && may(name.given) ? claim.given : name.given
  if (family || given) next.name = [{ ...(family ? { family } : {}), ...(given ? { given } : {}) }]
  if (claim.birthDate && may(next.birthDate)) next.birthDate = claim.birthDate
  if (claim.sex && may(next.gender)) next.gender = claim.sex
  if (claim.telecom?.length && may(next.telecom)) next.telecom = claim.telecom
  if (claim.address && may(next.address)) {
    const { line, ...rest } = claim.address
    next.address = [{ ...(line ? { line: [line] } : {}), ...rest }]
  }
  applyDeath(next, claim, may)
  applyOrigin(next, claim, may)
  if (how === 'assert') for (const field of claim.deleted ?? []) remove(next, field)
  return next
}

function applyDeath(next: Patient, claim: SubjectClaim, may: (present: unknown) => boolean): void {
  if (claim.deceased === undefined || !may(next.deceasedBoolean ?? next.deceasedDateTime)) return
  delete next.deceasedBoolean
  delete next.deceasedDateTime
  if (typeof claim.deceased === 'boolean') next.deceasedBoolean = claim.deceased
  else if (claim.deceased.instant) next.deceasedDateTime = claim.deceased.instant
  else next.deceasedBoolean = true
}

/** Race and ethnicity, each as the US Core extension: the categories, and their words as the text that it asks for. */
function applyOrigin(next: Patient, claim: SubjectClaim, may: (present: unknown) => boolean): void {
  const put = (url: string, codes: string[], words: Readonly<Record<string, string>>): void => {
    if (codes.length === 0 || !may(next.extension?.find((one) => one.url === url))) return
    const categories = codes.map((code) => ({
      url: 'ombCategory',
      valueCoding: { system: CDC_RACE_SYSTEM, code, display: words[code] ?? code }
    }))
    const text = codes.map((code) => words[code] ?? code).join(', ')
    next.extension = [
      ...(next.extension ?? []).filter((one) => one.url !== url),
      { url, extension: [...categories, { url: 'text', valueString: text }] }
    ]
  }
  put(US_CORE.race, claim.race ?? [], OMB_RACE)
  put(US_CORE.ethnicity, claim.ethnicity ? [claim.ethnicity] : [], OMB_ETHNICITY)
}

function withoutExtension(patient: Patient, url: string): void {
  const others = (patient.extension ?? []).filter((one) => one.url !== url)
  if (others.length > 0) patient.extension = others
  else delete patient.extension
}

function remove(patient: Patient, field: NonNullable<SubjectClaim['deleted']>[number]): void {
  switch (field) {
    case 'family':
    case 'given': {
      const { [field]: _gone, ...rest } = patient.name?.[0] ?? {}
      if (Object.keys(rest).length > 0) patient.name = [rest]
      else delete patient.name
      return
    }
    case 'birthDate':
      delete patient.birthDate
      return
    case 'sex':
      delete patient.gender
      return
    case 'deceased':
      delete patient.deceasedBoolean
      delete patient.deceasedDateTime
      return
    case 'telecom':
      delete patient.telecom
      return
    case 'address':
      delete patient.address
      return
    case 'race':
      withoutExtension(patient, US_CORE.race)
      return
    case 'ethnicity':
      withoutExtension(patient, US_CORE.ethnicity)
      return
    default:
      field satisfies never
  }
}

/** Where a message of that family names the assigning authority of its patient. */
export const authorityPosition = (family: Family): string =>
  family === 'dicom' ? '(0010,0021)' : family === 'hl7v2' ? 'PID-3.4' : 'Patient.identifier.system'
