import type { ClinicalTime } from '../../core/time.ts'
import { zoneOffsetMinutes, zoneOffsets } from '../../core/zone.ts'

/** DTM = YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]. HL7 v2.5.1 section 2.A.22 (TS), v2.7 2.A.22 (DTM). */
const DTM = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/

const MINUTE_MS = 60_000

export interface DtmContext {
  /** Offset of MSH-7 ('+0100'), used for times without one (rules section 3). */
  messageOffset?: string
  /** IANA zone of the feed, used when MSH-7 has no offset either. */
  zone: string
}

/**
 * A DTM on the time line. The offset in the text counts, else that of MSH-7, else the feed's zone; an hour that
 * daylight saving repeats (or leaves out) is marked `ambiguous`, its instant is the earlier reading. A date alone has no
 * instant. `text` is what was sent.
 *
 * @returns undefined when the text is empty, `""` or no DTM (32 January, 25 h)
 * @throws AppError CONFIG_INVALID when the zone is not known to this machine's ICU
 * Deviation: an hour without minutes (YYYYMMDDHH) has precision 'day' and no instant; 'minute' would claim too much.
 */
export function parseDtm(text: string, context: DtmContext): ClinicalTime | undefined {
  const match = DTM.exec(text.trim())
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  if (!isCalendarDate(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined
  if (offset !== undefined && offsetMinutes(offset) === undefined) return undefined
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined
  if (minute === undefined) return { text, precision: day ? 'day' : month ? 'month' : 'year' }
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const local = utc(Number(year), Number(month), Number(day)) + Number(hour) * 60 * MINUTE_MS
  const wall = local + Number(minute) * MINUTE_MS + Number(second ?? 0) * 1000 + milliseconds
  const precision = fraction ? 'fraction' : second ? 'second' : 'minute'
  const fixed = offsetMinutes(offset ?? '') ?? offsetMinutes(context.messageOffset ?? '')
  if (fixed !== undefined) return { instant: iso(wall - fixed * MINUTE_MS), text, precision }
  const { offsets, isClear } = zoneOffsets(context.zone, wall)
  const instant = iso(wall - offsets[0]! * MINUTE_MS)
  return isClear ? { instant, text, precision } : { instant, text, precision, ambiguous: true }
}

/** Offset part of a DTM as `parseDtm` wants it for `messageOffset`; undefined when there is none. */
export const dtmOffset = (text: string): string | undefined => DTM.exec(text.trim())?.[8]

/**
 * DTM of an instant in a zone, with the zone's offset: '20260131235900+0100'. Precision 'day' and above are without
 * offset, since a date is not an instant. Never shortened: seconds that are 00 are written.
 */
export function formatDtm(date: Date, zone: string, precision: ClinicalTime['precision'] = 'second'): string {
  const offset = zoneOffsetMinutes(zone, date.getTime())
  const digits = new Date(date.getTime() + offset * MINUTE_MS).toISOString().replace(/[-:TZ]/g, '')
  const sign = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`
  switch (precision) {
    case 'year':
      return digits.slice(0, 4)
    case 'month':
      return digits.slice(0, 6)
    case 'day':
      return digits.slice(0, 8)
    case 'minute':
      return digits.slice(0, 12) + sign
    case 'second':
      return digits.slice(0, 14) + sign
    case 'fraction':
      return digits + sign
    default:
      return precision satisfies never
  }
}

/** Minutes east of UTC of '+0100'; undefined when it is no offset in use (-1200 to +1400). */
function offsetMinutes(text: string): number | undefined {
  const match = /^([+-])(\d{2})(\d{2})$/.exec(text)
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  if (Number(match[3]) > 59 || minutes > 14 * 60) return undefined
  return match[1] === '-' ? -minutes : minutes
}

/** Date.UTC reads years below 100 as 19xx. */
const utc = (year: number, month: number, day: number): number => new Date(0).setUTCFullYear(year, month - 1, day)

function isCalendarDate(year: number, month: number, day: number): boolean {
  const date = new Date(utc(year, month, day))
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const iso = (ms: number): string => new Date(ms).toISOString()
const two = (value: number): string => String(value).padStart(2, '0')
