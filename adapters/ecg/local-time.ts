import type { ClinicalTime } from '../../core/time.ts'
import { parseDtm } from '../hl7v2/time.ts'

export interface CalendarDate {
  /** Four digits. */
  year: string
  /** Two digits each. */
  month: string
  day: string
}

/**
 * A wall-clock date and time (HH:MM[:SS[.fraction]]) in an IANA zone. Without a readable time the date alone, which is no
 * instant (rules section 3). `text` is date and time as one ISO 8601 text without offset.
 *
 * @returns undefined for no date of the calendar
 */
export function localTime(
  { year, month, day }: CalendarDate,
  time: string | undefined,
  zone: string
): ClinicalTime | undefined {
  const clock = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?$/.exec(time?.trim() ?? '')
  const date = `${year}${month}${day}`
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = clock ?? []
  const parsed = parseDtm(date + hours + minutes + seconds + fraction, { zone }) ?? parseDtm(date, { zone })
  if (!parsed) return undefined
  const text = parsed.instant ? `${year}-${month}-${day}T${time!.trim()}` : `${year}-${month}-${day}`
  return { ...parsed, text }
}
