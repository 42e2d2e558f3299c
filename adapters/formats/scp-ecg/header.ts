import type { DecodedWaveform, DecodeNote, SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Lead } from '../../../core/waveform.ts'
import { toInstant } from '../../../dicom/zone.ts'
import { readDevice } from './sections/device.ts'
import { type Fields, TAG } from './sections/section-1.ts'
import { type Charset, textOf } from './text.ts'

/** Section 1 in the words of the pipeline. */
export interface Header {
  subject: SubjectClaim
  acquiredAt: ClinicalTime
  device: NonNullable<DecodedWaveform['device']>
  charset: Charset
  filters?: Lead['filters']
}

export interface HeaderContext {
  /** IANA zone of the feed, for a record without tag 34. */
  zone: string
  notes: DecodeNote[]
  /** How a date's year is written; the standard says least significant byte first. */
  yearBytes?: 'little' | 'big'
}

/** @throws AppError TIME_UNUSABLE when date or time of acquisition is absent or impossible */
export function readHeader(fields: Fields, context: HeaderContext): Header {
  const { device, charset } = readDevice(fields.get(TAG.acquiringDevice)?.[0])
  return {
    subject: readSubject(fields, charset, context),
    acquiredAt: readAcquisition(fields, context),
    device,
    charset,
    ...readFilters(fields)
  }
}

const SEX: ReadonlyMap<number, SubjectClaim['sex']> = new Map([
  [0, 'unknown'],
  [1, 'male'],
  [2, 'female']
])

/** A birth date that is none is left out and noted: the identifier decides, and this only contradicts. */
function readSubject(fields: Fields, charset: Charset, context: HeaderContext): SubjectClaim {
  const text = (tag: number): string | undefined => textOf(fields.get(tag)?.[0], charset)
  const id = text(TAG.patientId)
  const family = [text(TAG.lastName), text(TAG.secondLastName)].filter(Boolean).join(' ')
  const given = text(TAG.firstName)
  const sexByte = fields.get(TAG.sex)?.[0]?.[0]
  const sex = sexByte === undefined ? undefined : SEX.get(sexByte)
  return {
    identifiers: id ? [{ value: id }] : [],
    ...(family ? { family } : {}),
    ...(given ? { given: [given] } : {}),
    ...readBirthDate(fields.get(TAG.birthDate)?.[0], context),
    ...(sex ? { sex } : {})
  }
}

/** Year 0 stands for a date that is not known. */
function readBirthDate(value: Uint8Array | undefined, context: HeaderContext): { birthDate?: string } {
  if (!value || value.length < 4 || value.every((byte) => byte === 0)) return {}
  const date = dateOf(value, context)
  if (!date) context.notes.push({ code: 'content-ignored', at: 'section 1 tag 5' })
  return date ? { birthDate: isoDate(date) } : {}
}

interface CalendarDate {
  year: number
  month: number
  day: number
}

/** year u16 | month u8 | day u8; undefined when the calendar has no such day. */
function dateOf(value: Uint8Array, { yearBytes = 'little' }: HeaderContext): CalendarDate | undefined {
  const bytes = Buffer.from(value)
  const year = yearBytes === 'little' ? bytes.readUInt16LE(0) : bytes.readUInt16BE(0)
  const date = { year, month: bytes[2]!, day: bytes[3]! }
  const made = new Date(Date.UTC(year, date.month - 1, date.day))
  const isDay =
    made.getUTCFullYear() === year && made.getUTCMonth() === date.month - 1 && made.getUTCDate() === date.day
  return isDay && year >= 1800 && year <= 9999 ? date : undefined
}

const pad = (number: number): string => String(number).padStart(2, '0')
const isoDate = ({ year, month, day }: CalendarDate): string => `${year}-${pad(month)}-${pad(day)}`

/** Tag 25 date, tag 26 hour, minute, second, in the zone of tag 34, else of the feed. */
function readAcquisition(fields: Fields, context: HeaderContext): ClinicalTime {
  const unusable = (reason: string) => new AppError('TIME_UNUSABLE', { at: 'section 1 tag 25', reason })
  const day = fields.get(TAG.acquisitionDate)?.[0]
  const clock = fields.get(TAG.acquisitionTime)?.[0]
  if (!day || day.length < 4) throw unusable('absent')
  if (!clock || clock.length < 3) throw unusable('date-only')
  const date = dateOf(day, context)
  const [hour, minute, second] = clock as unknown as [number, number, number]
  if (!date || hour > 23 || minute > 59 || second > 59) throw unusable('no-time')
  const offset = readOffset(fields.get(TAG.timeZone)?.[0])
  const placed = toInstant({ ...date, hour, minute, second, millisecond: 0 }, offset ?? context.zone)
  return {
    instant: placed.instant,
    text: `${isoDate(date)}T${pad(hour)}:${pad(minute)}:${pad(second)}${offset === undefined ? '' : offsetText(offset)}`,
    precision: 'second',
    ...(placed.ambiguous ? { ambiguous: true } : {})
  }
}

const MAX_OFFSET_MINUTES = 14 * 60

/** Tag 34: minutes east of UTC i16 | index u16 | description; 0x7FFF refers to the description, which is not read. */
function readOffset(value: Uint8Array | undefined): number | undefined {
  if (!value || value.length < 2) return undefined
  const minutes = Buffer.from(value).readInt16LE(0)
  return Math.abs(minutes) <= MAX_OFFSET_MINUTES ? minutes : undefined
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
}

/** Tag 27: 1/100 Hz u16; tag 28: Hz u16; 0: none. Tag 29: bit 0 notch at 60 Hz, bit 1 at 50 Hz. */
function readFilters(fields: Fields): Pick<Header, 'filters'> {
  const word = (tag: number): number => {
    const value = fields.get(tag)?.[0]
    return value && value.length >= 2 ? Buffer.from(value).readUInt16LE(0) : 0
  }
  const bits = fields.get(TAG.filters)?.[0]?.[0] ?? 0
  const lowHz = word(TAG.highPassFilter) / 100
  const highHz = word(TAG.lowPassFilter)
  const notchHz = bits & 1 ? 60 : bits & 2 ? 50 : 0
  if (!lowHz && !highHz && !notchHz) return {}
  return { filters: { ...(lowHz ? { lowHz } : {}), ...(highHz ? { highHz } : {}), ...(notchHz ? { notchHz } : {}) } }
}
