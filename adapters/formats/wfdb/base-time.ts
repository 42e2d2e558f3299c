import type { ClinicalTime } from '../../../core/time.ts'
import { toInstant } from '../../../dicom/zone.ts'
import type { WfdbHeader } from './header.ts'

const TIME = /^(?:(\d{1,2}):)?(?:(\d{1,2}):)?(\d{1,2})(?:\.(\d{1,9}))?$/
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

/**
 * When the first sample was taken: base time HH:MM:SS[.fff] and base date DD/MM/YYYY of the record line. A header knows
 * no zone; `zone` (of the feed, or of the comment that our writer leaves) places it.
 *
 * @returns undefined without a date, or when the two are no time of day and no calendar date
 */
export function baseTime({ baseTime, baseDate }: WfdbHeader, zone: string): ClinicalTime | undefined {
  const date = DATE.exec(baseDate ?? '')
  const time = TIME.exec(baseTime ?? '')
  if (!date || !time) return undefined
  const [day, month, year] = date.slice(1, 4).map(Number) as [number, number, number]
  // Leading fields may be left out: 'SS' and 'MM:SS' are times too (header(5)).
  const parts = baseTime!.split('.')[0]!.split(':').map(Number)
  const [hour, minute, second] = [...Array.from({ length: 3 - parts.length }, () => 0), ...parts] as [
    number,
    number,
    number
  ]
  const calendar = new Date(Date.UTC(year, month - 1, day))
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const fraction = time[4]
  const millisecond = Math.floor(Number(`0.${fraction ?? '0'}`) * 1000 + 1e-6)
  const { instant, ambiguous } = toInstant({ year, month, day, hour, minute, second, millisecond }, zone)
  return {
    instant,
    text: `${baseTime} ${baseDate}`,
    precision: fraction ? 'fraction' : 'second',
    ...(ambiguous ? { ambiguous } : {})
  }
}

/** The fields of an instant in UTC, as `baseTime` reads them back under the zone UTC. */
export function baseTimeFields(instant: string): string {
  const [date, time] = instant.replace('Z', '').split('T') as [string, string]
  const [year, month, day] = date.split('-')
  return `${time.padEnd(12, '0').slice(0, 12)} ${day}/${month}/${year}`
}
