import type { Encounter } from '@medplum/fhirtypes'
import { instantOf, minutesFrom } from './times.ts'

/** Which wards are intensive care. `match`: first component of PV1-3 (or the name of a Location), exact or with a trailing `*`. */
export interface WardRule<Kind extends string = string> {
  match: string
  kind?: Kind
}

/** Time in intensive care inside one encounter (rules section 2: an ICU stay is a location episode). */
export interface IcuStay<Kind extends string = string> {
  /** 'Encounter/..' */
  encounter: string
  /** ISO instant of the admission to intensive care. */
  start: string
  /** When the person left intensive care or the hospital; absent while that is not known. */
  end?: string
  /** Of the first ward. */
  kind?: Kind
}

export interface StayOptions<Kind extends string = string> {
  wards: readonly WardRule<Kind>[]
  /** A return to intensive care within these hours continues the stay (theatre, imaging, a bed elsewhere for a night). */
  gapHours: number
  /** Names of a place beyond its `display`: what the Location behind the reference is called. */
  namesOf?(place: NonNullable<Encounter['location']>[number]): readonly string[]
}

interface Episode<Kind extends string> {
  start: string
  end?: string
  kind?: Kind
}

const NEVER_HAPPENED: readonly string[] = ['cancelled', 'entered-in-error', 'planned']

/**
 * The stays in intensive care of one encounter, the first first.
 *
 * Intensive-care wards that follow each other are one stay, and so is a return within `gapHours`; a later return is another
 * stay. An episode whose start is not known to the minute places nothing and is left out. An encounter that was cancelled,
 * is only planned or was a mistake has no stays.
 *
 * @example
 * staysOf({ resourceType: 'Encounter', id: 'e', status: 'in-progress', class: { code: 'IMP' }, location: [
 *   { location: { display: 'ICU^1^2' }, period: { start: '2026-01-01T08:00:00Z' } }] }, { wards: [{ match: 'ICU' }], gapHours: 6 })
 * // [{ encounter: 'Encounter/e', start: '2026-01-01T08:00:00.000Z' }]
 */
export function staysOf<Kind extends string>(encounter: Encounter, options: StayOptions<Kind>): IcuStay<Kind>[] {
  if (NEVER_HAPPENED.includes(encounter.status)) return []
  const stays: IcuStay<Kind>[] = []
  for (const { start, end, kind } of episodes(encounter, options)) {
    const last = stays.at(-1)
    if (last && (last.end === undefined || start <= minutesFrom(last.end, options.gapHours * 60))) {
      if (last.end !== undefined && (end === undefined || end > last.end)) last.end = end
    } else {
      stays.push({
        encounter: `Encounter/${encounter.id}`,
        start,
        ...(end === undefined ? {} : { end }),
        ...(kind === undefined ? {} : { kind })
      })
    }
  }
  return stays.map((stay) => withoutUndefinedEnd(stay))
}

/** Episodes in intensive care by their start; one that is still open ends with the next movement, else with the encounter. */
function episodes<Kind extends string>(encounter: Encounter, options: StayOptions<Kind>): Episode<Kind>[] {
  const places = (encounter.location ?? [])
    .flatMap((place) => {
      const start = instantOf(place.period?.start)
      return start === undefined || place.status === 'planned' || place.status === 'reserved' ? [] : [{ place, start }]
    })
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const closed = encounter.status === 'finished' ? instantOf(encounter.period?.end) : undefined
  return places.flatMap(({ place, start }, i) => {
    const rule = wardOf(place, options)
    if (!rule) return []
    const end = instantOf(place.period?.end) ?? places[i + 1]?.start ?? closed
    const bounded = end !== undefined && closed !== undefined && closed < end ? closed : end
    return bounded !== undefined && bounded <= start
      ? []
      : [{ start, end: bounded, ...(rule.kind === undefined ? {} : { kind: rule.kind }) }]
  })
}

function wardOf<Kind extends string>(
  place: NonNullable<Encounter['location']>[number],
  { wards, namesOf }: StayOptions<Kind>
): WardRule<Kind> | undefined {
  const { display, identifier } = place.location
  const names = [display, identifier?.value, ...(namesOf?.(place) ?? [])].flatMap((name) =>
    name ? [wardName(name)] : []
  )
  return wards.find(({ match }) => names.some((name) => matches(name, match)))
}

/** 'ICU^1^2^HOSP' -> 'ICU'. */
const wardName = (place: string): string => (place.split('^')[0] ?? '').trim().toUpperCase()

function matches(name: string, pattern: string): boolean {
  const wanted = pattern.trim().toUpperCase()
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted
}

function withoutUndefinedEnd<Kind extends string>({ end, ...stay }: IcuStay<Kind>): IcuStay<Kind> {
  return end === undefined ? stay : { ...stay, end }
}
