import type { Encounter, Patient, Resource } from '@medplum/fhirtypes'
import type { Truth } from '../../../../core/closed-loop.ts'
import { versioned } from '../../../record/reading.ts'
import { instantOf } from '../../../record/times.ts'

/** HL7's own word for death among discharge dispositions, whatever the site's table says. */
const EXPIRED = { system: 'http://terminology.hl7.org/CodeSystem/discharge-disposition', code: 'exp' }

export type Outcome = Pick<Truth, 'reference' | 'at' | 'value'>

/** Whether a resource may say how a stay ended. */
export const mayBeOutcome = (resource: Resource): boolean =>
  (resource.resourceType === 'Encounter' && resource.status === 'finished') ||
  (resource.resourceType === 'Patient' &&
    (resource.deceasedBoolean === true || resource.deceasedDateTime !== undefined))

/**
 * How a stay in hospital ended: 1 died, 0 left alive; undefined while it lasts or when it never took place.
 *
 * A time of death inside the encounter decides at once. When the encounter is finished, its disposition decides by the site's
 * table; without a disposition, a person who is known to be dead without a time died in it; else the person survived it.
 * A discharge that is taken back (A13, A11) leaves no outcome behind.
 *
 * @param encounter the hospital stay
 * @param deathDispositions PV1-36 codes of the site that mean death
 */
export function outcomeOf(
  encounter: Encounter,
  person: Patient | undefined,
  deathDispositions: readonly string[]
): Outcome | undefined {
  if (!['in-progress', 'onleave', 'finished'].includes(encounter.status)) return undefined
  const died = deathInside(encounter, person)
  if (died && person) return { reference: versioned(person), at: died, value: 1 }
  const end = instantOf(encounter.period?.end)
  if (encounter.status !== 'finished' || end === undefined) return undefined
  const disposition = encounter.hospitalization?.dischargeDisposition
  const reference = versioned(encounter)
  if (disposition) return { reference, at: end, value: isDeath(disposition, deathDispositions) ? 1 : 0 }
  if (person?.deceasedBoolean === true) return { reference: versioned(person), at: end, value: 1 }
  return { reference, at: end, value: 0 }
}

function isDeath(
  { text, coding = [] }: NonNullable<NonNullable<Encounter['hospitalization']>['dischargeDisposition']>,
  deathDispositions: readonly string[]
): boolean {
  const said = [text, ...coding.map(({ code }) => code)].map((code) => code?.trim())
  return (
    said.some((code) => code !== undefined && deathDispositions.includes(code)) ||
    coding.some(({ system, code }) => system === EXPIRED.system && code === EXPIRED.code)
  )
}

/**
 * The instant of a death that lies inside the encounter. A date alone lies inside when none of its hours is before the
 * admission's day or behind the discharge's; it is placed at the end of the encounter, else at the end of that day (UTC).
 */
function deathInside({ period }: Encounter, person: Patient | undefined): string | undefined {
  const text = person?.deceasedDateTime
  const start = instantOf(period?.start)
  if (!text || start === undefined) return undefined
  const end = instantOf(period?.end)
  const instant = instantOf(text)
  if (instant !== undefined) return instant >= start && (end === undefined || instant <= end) ? instant : undefined
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const isInside = text >= start.slice(0, 10) && (end === undefined || text <= end.slice(0, 10))
  return isInside ? (end ?? `${text}T23:59:59.000Z`) : undefined
}
