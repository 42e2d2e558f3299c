import type { ClinicalTime } from '../../../core/time.ts'
import { localTime } from '../../ecg/local-time.ts'
import type { WfdbHeader } from './header.ts'

const TIME = /^(?:\d{1,2}:){0,2}\d{1,2}(?:\.\d{1,9})?$/
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

/**
 * When the first sample was taken: base time HH:MM:SS[.fff] and base date DD/MM/YYYY of the record line. A header knows
 * no zone; `zone` (of the feed, or of the comment that our writer leaves) places it.
 *
 * @returns undefined without a date, or when the two are no time of day and no calendar date
 */
export function baseTime({ baseTime, baseDate }: WfdbHeader, zone: string): ClinicalTime | undefined {
  const date = DATE.exec(baseDate ?? '')
  if (!date || !TIME.test(baseTime ?? '')) return undefined
  const [, day = '', month = '', year = ''] = date
  // Leading fields may be left out: 'SS' and 'MM:SS' are times too (header(5)).
  const [seconds = '', fraction] = baseTime!.split('.')
  const fields = seconds.split(':').map((field) => field.padStart(2, '0'))
  const clock = [...Array.from({ length: 3 - fields.length }, () => '00'), ...fields].join(':')
  const placed = localTime(
    { year, month: month.padStart(2, '0'), day: day.padStart(2, '0') },
    fraction ? `${clock}.${fraction.slice(0, 6)}` : clock,
    zone
  )
  return placed?.instant ? placed : undefined
}

/** The fields of an instant in UTC, as `baseTime` reads them back under the zone UTC. */
export function baseTimeFields(instant: string): string {
  const [date, time] = instant.replace('Z', '').split('T') as [string, string]
  const [year, month, day] = date.split('-')
  return `${time.padEnd(12, '0').slice(0, 12)} ${day}/${month}/${year}`
}
