import type { Extension, Patient } from '@medplum/fhirtypes'
import { US_CORE } from '../../../../fhir-profiles/index.ts'

/** OMB categories (CDC race and ethnicity codes) in the words of the case bank; the two that no data set has are `other`. */
const WORDS: Readonly<Record<string, string>> = {
  '2106-3': 'white',
  '2054-5': 'black',
  '2028-9': 'asian',
  '1002-5': 'other',
  '2076-8': 'other',
  '2131-1': 'other'
}
const HISPANIC = '2135-2'

/**
 * Race as recorded (US Core extensions; PID-10 and PID-22 become the same): white, black, hispanic, asian or other. Whoever
 * is Hispanic by ethnicity is that; several races are `other`. Undefined where nothing was recorded, or was refused.
 */
export function raceOf(person: Patient | undefined): string | undefined {
  if (categories(person, US_CORE.ethnicity).includes(HISPANIC)) return 'hispanic'
  const races = [...new Set(categories(person, US_CORE.race).flatMap((code) => WORDS[code] ?? []))]
  return races.length > 1 ? 'other' : races[0]
}

function categories(person: Patient | undefined, name: string): string[] {
  const outer = person?.extension?.find(({ url }) => url === name)
  return (outer?.extension ?? []).flatMap(({ url, valueCoding }: Extension) =>
    url === 'ombCategory' && valueCoding?.code ? [valueCoding.code] : []
  )
}
