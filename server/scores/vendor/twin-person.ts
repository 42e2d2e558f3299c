import { composite } from '../../../adapters/hl7v2/build.ts'
import type { Demographics } from '../flips/twins.ts'
import { TWIN_AUTHORITY } from '../twin-identity.ts'

/** Somebody whom an audit invents for one question: a person to the receiving system, nobody in fact. */
export interface TwinPerson {
  /** PID-3.1: 'HBA-<run>-<n>'; says nothing of whose twin it is. */
  id: string
  /** PV1-19 */
  visit: string
  given: string
  person: Demographics
}

/** Of all people of all audits, so that anybody can tell a test at a glance. */
export const TWIN_FAMILY_NAME = 'ZZTEST-AUDIT'

/** @param run letters and digits that no other audit has used at this receiver */
export function twinPerson(run: string, n: number, person: Demographics): TwinPerson {
  const id = `HBA-${run}-${n}`
  return { id, visit: `${id}-V`, given: `TWIN${n}`, person }
}

/**
 * PID of a twin. HL7 v2.5.1 section 3.4.2.
 *
 * PID = PID-3 id CX | PID-5 name XPN | PID-7 birth date | PID-8 sex (0001) | PID-10 race CE (0005)
 *
 * What is not recorded of the stay stays empty. The birth date is half a year beyond the whole years, so that no rounding of
 * the receiver changes the age; twins of ten years share day and month.
 */
export function pidFields({ id, given, person }: TwinPerson, now: Date): string[] {
  const fields: string[] = Array(10).fill('')
  fields[0] = '1'
  fields[2] = composite(id, undefined, undefined, TWIN_AUTHORITY, 'PI')
  fields[4] = composite(TWIN_FAMILY_NAME, given)
  fields[6] = person.age === undefined ? '' : birthDate(person.age, now)
  fields[7] = person.sex === 'female' ? 'F' : person.sex === 'male' ? 'M' : ''
  fields[9] = raceField(person.race)
  return fields
}

/** CDC Race and Ethnicity codes as HL7 table 0005 lists them. */
const RACES: Readonly<Record<string, readonly [string, string]>> = {
  white: ['2106-3', 'White'],
  black: ['2054-5', 'Black or African American'],
  asian: ['2028-9', 'Asian'],
  'american indian': ['1002-5', 'American Indian or Alaska Native'],
  'pacific islander': ['2076-8', 'Native Hawaiian or Other Pacific Islander'],
  other: ['2131-1', 'Other Race']
}

/** A race without a code goes as text, as it was recorded. */
function raceField(race: string | undefined): string {
  if (!race) return ''
  const key = race.toLowerCase()
  const coded = Object.hasOwn(RACES, key) ? RACES[key] : undefined
  return coded ? composite(coded[0], coded[1], 'HL70005') : composite(undefined, race)
}

function birthDate(age: number, now: Date): string {
  const months = (now.getUTCFullYear() - Math.floor(age)) * 12 + now.getUTCMonth() - 6
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1]
  return `${year}${String(month).padStart(2, '0')}15`
}
