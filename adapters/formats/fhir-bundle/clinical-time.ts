import type { ClinicalTime } from '../../../core/time.ts'

/** FHIR date, dateTime or instant as a clinical time; undefined when it is absent or none. A date has no instant. */
export function clinicalTime(text: string | undefined): ClinicalTime | undefined {
  if (typeof text !== 'string') return undefined
  const match = /^\d{4}(-\d{2})?(-\d{2})?(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text)
  if (!match) return undefined
  const [, month, day, time, fraction] = match
  if (!time) return { text, precision: day ? 'day' : month ? 'month' : 'year' }
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) return undefined
  return { instant: instant.toISOString(), text, precision: fraction ? 'fraction' : 'second' }
}
