import type { ClinicalTime } from '../../core/time.ts'
import { EXTENSION } from '../generated/constants.ts'

/** A FHIR dateTime element with its extensions, as the pair of properties that FHIR JSON wants. */
export interface FhirDateTime {
  value: string
  element?: { extension: { url: string; valueString?: string; valueBoolean?: boolean }[] }
}

/**
 * A time as sent becomes a FHIR dateTime no more exact than what was sent: the instant where there is one, else the
 * year, month or day (never midnight; rules section 3). The sent text stands beside it in original-time.
 *
 * @returns undefined when the text holds no year
 */
export function fhirDateTime(time: ClinicalTime): FhirDateTime | undefined {
  const value = time.instant ?? partialDate(time.text, time.precision)
  if (value === undefined) return undefined
  const extension: NonNullable<FhirDateTime['element']>['extension'] = [
    { url: EXTENSION.originalTime, valueString: time.text }
  ]
  if (time.ambiguous) extension.push({ url: EXTENSION.timeAmbiguous, valueBoolean: true })
  return { value, element: { extension } }
}

/** 'YYYY[MM[DD]]' (HL7 DTM, DICOM DA) or 'YYYY[-MM[-DD]]' to a FHIR date; a time of day without zone is left out. */
function partialDate(text: string, precision: ClinicalTime['precision']): string | undefined {
  const parts = /^(\d{4})-?(\d{2})?-?(\d{2})?/.exec(text.trim())
  if (!parts) return undefined
  const [, year, month, day] = parts
  const wanted = precision === 'year' ? 1 : precision === 'month' ? 2 : 3
  const known = [year, month, day].slice(0, wanted)
  return known.slice(0, known.includes(undefined) ? known.indexOf(undefined) : wanted).join('-')
}
