import type { Encounter, Patient } from '@medplum/fhirtypes'
import { ageBand } from '../../inference/metrics/cases.ts'
import { ageAt } from '../../inference/record/ecg.ts'

/** US Core Race (US Core 6.1); its nested extensions: ombCategory, detailed, text. */
const RACE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race'
/** Names of groups come from the record: bounded, so that no page grows with a text that somebody typed. */
const MAX_NAME = 64
/** Categories of the race extension that say that it is not known. */
const NO_RACE = new Set(['UNK', 'ASKU', 'NI', 'unknown', 'asked but unknown'])

/**
 * The strata that every source gets: sex, age band at that time, race where it is recorded, and site, the ward at that time.
 * What is not recorded is absent.
 *
 * @param at ISO instant that the prediction is about
 */
export function commonGroups(
  patient: Patient | undefined,
  encounter: Encounter | undefined,
  at: string
): Record<string, string> {
  const years = ageAt(patient?.birthDate, at)
  const groups: Record<string, string | undefined> = {
    sex: patient?.gender === 'unknown' ? undefined : patient?.gender,
    age: years === undefined || years < 0 ? undefined : ageBand(years),
    race: raceOf(patient),
    site: wardAt(encounter, at)
  }
  return bounded(groups)
}

/** Names cut to a length, absent and empty ones left out, in the order of their keys. */
export const bounded = (groups: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(groups)
      .flatMap(([key, value]) => (value ? [[key.slice(0, MAX_NAME), value.slice(0, MAX_NAME)] as const] : []))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  )

/** One category by its display, else its code; several are 'multiple'. */
function raceOf(patient: Patient | undefined): string | undefined {
  const parts = patient?.extension?.find(({ url }) => url === RACE)?.extension ?? []
  const categories = parts.flatMap(({ url, valueCoding }) => {
    const name = url === 'ombCategory' ? (valueCoding?.display ?? valueCoding?.code) : undefined
    return name && !NO_RACE.has(valueCoding?.code ?? '') && !NO_RACE.has(name.toLowerCase()) ? [name] : []
  })
  if (categories.length > 1) return 'multiple'
  return categories[0] ?? parts.find(({ url }) => url === 'text')?.valueString
}

/** Where the person lay then: the last place that had begun, else the first. Point of care only, never the bed. */
function wardAt(encounter: Encounter | undefined, at: string): string | undefined {
  const places = encounter?.location ?? []
  const instant = Date.parse(at)
  const begun = places.filter(({ period }) => !period?.start || Date.parse(period.start) <= instant)
  const place = begun.at(-1) ?? places[0]
  return place?.location.display?.split(/[\^|]/)[0]?.trim()
}
