import { AppError } from '../core/errors/app-error.ts'
import type { ClinicalTime } from '../core/time.ts'
import { type LocalTime, toInstant } from './zone.ts'

const DT = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.(\d{1,6}))?([+-]\d{4})?$/

export interface ZoneFacts {
  /** (0008,0201) Timezone Offset From UTC, '+0200'; holds for the whole data set. */
  offset?: string
  /** IANA zone of the feed, for times without any offset. */
  zone: string
}

/**
 * A DT value (PS3.5 6.2: YYYYMMDDHHMMSS.FFFFFF&ZZXX) as a clinical time. Its own offset wins, then (0008,0201), then the
 * feed's zone (rules section 3). A value without minutes has no instant: a date alone is never midnight.
 * @param at position for errors
 * @throws AppError DICOM_ATTRIBUTE_VALUE
 */
export function parseDateTime(text: string, facts: ZoneFacts, at: string): ClinicalTime {
  const match = DT.exec(text.trim())
  if (!match) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'time' })
  const [, year, month, day, hour, minute, second, fraction, ownOffset] = match
  if (minute === undefined || hour === undefined) {
    checkDate(Number(year), Number(month ?? 1), Number(day ?? 1), at)
    return { text, precision: day ? 'day' : month ? 'month' : 'year' }
  }
  const local: LocalTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    // A leap second has no place on the time line of the platform: it is the last second of its minute.
    second: Math.min(Number(second ?? 0), 59),
    millisecond: Math.floor(Number(`0.${fraction ?? '0'}`) * 1000)
  }
  checkDate(local.year, local.month, local.day, at)
  if (local.hour > 23 || local.minute > 59 || Number(second ?? 0) > 60) {
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'time' })
  }
  const placed = toInstant(local, offsetMinutes(ownOffset ?? facts.offset, at) ?? facts.zone)
  return {
    instant: placed.instant,
    text,
    precision: fraction ? 'fraction' : second ? 'second' : 'minute',
    ...(placed.ambiguous ? { ambiguous: true } : {})
  }
}

/** DA with TM (PS3.5 6.2). Without a time it is a day without instant. */
export function parseDateAndTime(date: string, time: string | undefined, facts: ZoneFacts, at: string): ClinicalTime {
  const day = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim())
  if (!day) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'time' })
  const clock = (time ?? '').trim().replaceAll(':', '')
  return parseDateTime(day.slice(1).join('') + clock, facts, at)
}

/** DA as YYYY-MM-DD. @throws AppError DICOM_ATTRIBUTE_VALUE */
export function parseDate(date: string, at: string): string {
  const { text } = parseDateAndTime(date, undefined, { zone: 'UTC' }, at)
  return [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)].join('-')
}

function checkDate(year: number, month: number, day: number, at: string): void {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'time' })
  }
}

function offsetMinutes(offset: string | undefined, at: string): number | undefined {
  if (offset === undefined || offset === '') return undefined
  const match = /^([+-])(\d{2})(\d{2})$/.exec(offset)
  const minutes = match && (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1)
  if (minutes === null || Math.abs(minutes) > 14 * 60)
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'offset' })
  return minutes
}
