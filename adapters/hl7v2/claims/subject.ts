import type { SubjectClaim } from '../../../core/decoded.ts'
import { OMB_ETHNICITY, OMB_RACE } from '../../../fhir-profiles/index.ts'
import type { Hl7Segment } from '../message.ts'
import { identifiersOf, sent } from './identifiers.ts'
import { calendarDay, type MessageClock } from './message-clock.ts'

const SEX: Readonly<Record<string, SubjectClaim['sex']>> = {
  M: 'male',
  F: 'female',
  O: 'other',
  A: 'other',
  N: 'other',
  U: 'unknown'
}

/**
 * Who a PID is about. HL7 2.5.1 section 3.4.2; rules section 2.
 *
 * PID = PID-3 identifiers CX* | PID-5 name XPN | PID-7 birth DTM | PID-8 sex (table 0001) | PID-10 race CE* (table 0005)
 *       | PID-11 address XAD | PID-13, PID-14 telephone XTN* | PID-22 ethnic group CE* (table 0189) | PID-29 death DTM
 *       | PID-30 death indicator
 *
 * An empty field is absent from the claim (no change); a field sent as `""` is listed in `deleted`.
 * Deviation: PID-10 and PID-22 are read by the codes of the tables alone, never by words; a site's own codes are not guessed.
 * Of PID-5 and PID-11 the first repetition with content is taken, further names and addresses are not read.
 */
export function subjectClaim(pid: Hl7Segment, clock: MessageClock): SubjectClaim {
  const name = firstFilled(pid, 5)
  const claim: SubjectClaim = { identifiers: identifiersOf(pid, 3) }
  const family = sent(pid.get(5, 1, name))
  if (family) claim.family = family
  const given = [sent(pid.get(5, 2, name)), ...(sent(pid.get(5, 3, name))?.split(/\s+/) ?? [])].filter(isText)
  if (given.length > 0) claim.given = given
  const birthDate = calendarDay(pid.get(7))
  if (birthDate) claim.birthDate = birthDate
  const sex = SEX[pid.get(8).trim().toUpperCase()]
  if (sex) claim.sex = sex
  const deceased = deceasedOf(pid, clock)
  if (deceased !== undefined) claim.deceased = deceased
  const telecom = [...telecomOf(pid, 13), ...telecomOf(pid, 14)]
  if (telecom.length > 0) claim.telecom = telecom
  const address = addressOf(pid)
  if (address) claim.address = address
  const race = coded(pid, 10).filter((code) => Object.hasOwn(OMB_RACE, code))
  if (race.length > 0) claim.race = [...new Set(race)].sort()
  const ethnicity = coded(pid, 22).map((code) => ETHNIC_GROUP[code] ?? code)
  const known = ethnicity.find((code) => Object.hasOwn(OMB_ETHNICITY, code))
  if (known) claim.ethnicity = known
  const deleted = deletedOf(pid)
  if (deleted.length > 0) claim.deleted = deleted
  return claim
}

/** HL7 table 0189 (user-defined): the letters that HL7 suggests. */
const ETHNIC_GROUP: Readonly<Record<string, string | undefined>> = { H: '2135-2', N: '2186-5' }

/** The codes of both triplets of a CE/CWE field, in all repetitions. */
function coded(pid: Hl7Segment, field: number): string[] {
  const codes: string[] = []
  for (let repetition = 1; repetition <= Math.min(pid.repetitions(field), 10); repetition++) {
    for (const component of [1, 4]) {
      const code = sent(pid.get(field, component, repetition))
      if (code) codes.push(code.toUpperCase())
    }
  }
  return codes
}

function deceasedOf(pid: Hl7Segment, clock: MessageClock): SubjectClaim['deceased'] {
  const at = clock(pid.get(29))
  const indicator = pid.get(30).trim().toUpperCase()
  if (indicator === 'N') return false
  if (at) return at
  return indicator === 'Y' ? true : undefined
}

/** XTN-1 (text) or XTN-6/7 (area, number); an address with '@' in XTN-4 or XTN-1 is e-mail. */
function telecomOf(pid: Hl7Segment, field: number): NonNullable<SubjectClaim['telecom']> {
  const found: NonNullable<SubjectClaim['telecom']> = []
  for (let repetition = 1; repetition <= Math.min(pid.repetitions(field), 10); repetition++) {
    const mail = sent(pid.get(field, 4, repetition))
    if (mail?.includes('@')) found.push({ system: 'email', value: mail })
    const whole = sent(pid.get(field, 1, repetition))
    const parts = [pid.get(field, 5, repetition), pid.get(field, 6, repetition), pid.get(field, 7, repetition)]
    const value =
      whole ??
      sent(
        parts
          .map((part) => part.trim())
          .filter(Boolean)
          .join(' ')
      )
    if (value) found.push({ system: value.includes('@') ? 'email' : 'phone', value })
  }
  return found
}

function addressOf(pid: Hl7Segment): SubjectClaim['address'] {
  const repetition = firstFilled(pid, 11)
  const address = {
    line: sent(pid.get(11, 1, repetition)),
    city: sent(pid.get(11, 3, repetition)),
    postalCode: sent(pid.get(11, 5, repetition)),
    country: sent(pid.get(11, 6, repetition))
  }
  const filled = Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined))
  return Object.keys(filled).length > 0 ? filled : undefined
}

function deletedOf(pid: Hl7Segment): NonNullable<SubjectClaim['deleted']> {
  const deleted: NonNullable<SubjectClaim['deleted']> = []
  if (pid.isDelete(5) || pid.get(5, 1) === '""') deleted.push('family')
  if (pid.isDelete(5) || pid.get(5, 2) === '""') deleted.push('given')
  if (pid.isDelete(7)) deleted.push('birthDate')
  if (pid.isDelete(8)) deleted.push('sex')
  if (pid.isDelete(29) || pid.isDelete(30)) deleted.push('deceased')
  if (pid.isDelete(13)) deleted.push('telecom')
  if (pid.isDelete(11)) deleted.push('address')
  if (pid.isDelete(10)) deleted.push('race')
  if (pid.isDelete(22)) deleted.push('ethnicity')
  return deleted
}

/** First repetition with any component filled (an alias in front of the legal name is sent empty by some). */
function firstFilled(pid: Hl7Segment, field: number): number {
  for (let repetition = 1; repetition <= Math.min(pid.repetitions(field), 10); repetition++) {
    if (pid.components(field, repetition).some((part) => part.trim() !== '')) return repetition
  }
  return 1
}

const isText = (text: string | undefined): text is string => text !== undefined
