import type { ClinicalTime } from '../../../core/time.ts'
import type { Hl7Message } from '../message.ts'
import { dtmOffset, parseDtm } from '../time.ts'

/** Reads DTM texts of one message: offset of the text, else of MSH-7, else the feed's zone (rules section 3). */
export type MessageClock = (text: string) => ClinicalTime | undefined

/**
 * @param zone IANA name of the feed's zone
 * @returns a reader that gives undefined for empty, `""` and unreadable texts
 */
export function messageClock(message: Hl7Message, zone: string): MessageClock {
  const messageOffset = dtmOffset(message.field('MSH', 7))
  return (text) => (text === '' || text === '""' ? undefined : parseDtm(text, { messageOffset, zone }))
}

/** FHIR R4 dateTime of a clinical time: the instant, or the bare year, month or day that was sent (never midnight). */
export function toFhirDateTime(time: ClinicalTime | undefined): string | undefined {
  if (!time) return undefined
  if (time.instant) return time.instant
  const digits = /^\d{4,8}/.exec(time.text)?.[0] ?? ''
  if (time.precision === 'year' && digits.length >= 4) return digits.slice(0, 4)
  if (time.precision === 'month' && digits.length >= 6) return `${digits.slice(0, 4)}-${digits.slice(4, 6)}`
  if (time.precision === 'day' && digits.length >= 8) return dashed(digits)
  return undefined
}

/** YYYY-MM-DD of a DTM with at least a day, taken from its own digits: a birth date moves with no zone. */
export function calendarDay(text: string): string | undefined {
  const digits = /^\d{8}/.exec(text)?.[0]
  if (!digits) return undefined
  const day = dashed(digits)
  const parsed = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day) ? day : undefined
}

const dashed = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`
