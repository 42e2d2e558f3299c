import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording } from '../../../core/format.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { formatDay } from './identification.ts'

/** Printable ASCII, accents taken off, other letters as '?'; cut to the width of the field. */
export const asciiField = (text: string, width: number): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, width)

/** A part of a field: blanks become '_', nothing becomes X. */
const part = (text: string | undefined, width: number): string =>
  asciiField(text?.trim() ?? '', width).replaceAll(/ +/g, '_') || 'X'

const MAX_CODE = 40
const SEX: Readonly<Record<string, string>> = { male: 'M', female: 'F' }

/** code sex birthdate family^given: EDF+ section 2.1.3.3. @throws AppError BAD_REQUEST (patient-id): the code does not fit */
export function patientField(subject: SubjectClaim | undefined): string {
  const id = subject?.identifiers[0]?.value.trim() ?? ''
  if (id !== asciiField(id, MAX_CODE) || id.includes(' ')) throw new AppError('BAD_REQUEST', { reason: 'patient-id' })
  const [year, month, day] = (subject?.birthDate ?? '').split('-').map(Number) as [number, number, number]
  const name = [subject?.family, subject?.given?.join(' ')]
    .map((one) => one ?? '')
    .join('^')
    .replace(/\^$/, '')
  const start = [id || 'X', SEX[subject?.sex ?? ''] ?? 'X', day ? formatDay({ year, month, day }) : 'X'].join(' ')
  return `${start} ${part(name, 79 - start.length)}`
}

export interface WrittenStart {
  /** dd.mm.yy and hh.mm.ss */
  date: string
  time: string
  /** The rest of the second, s: onset of the first data record. */
  fraction: number
  day: { year: number; month: number; day: number }
  offsetMinutes: number
}

const WALL = /^(\d{4})-?(\d{2})-?(\d{2})[T ]?(\d{2}):?(\d{2})/
const MINUTE_MS = 60_000
const MAX_OFFSET_MINUTES = 14 * 60

/**
 * Start date and time as the clock on the wall showed them, where the time came with them; else in UTC. The recording field says
 * which. @throws AppError TIME_UNUSABLE without an instant
 */
export function startOf({ instant, text }: ClinicalTime): WrittenStart {
  if (!instant) throw new AppError('TIME_UNUSABLE', { reason: 'absent' })
  const at = Date.parse(instant)
  const wall = WALL.exec(text)
  const [year, month, day, hour, minute] = (wall?.slice(1) ?? []).map(Number) as [
    number,
    number,
    number,
    number,
    number
  ]
  const shown = wall ? Date.UTC(year, month - 1, day, hour, minute) : Number.NaN
  const said = (shown - Math.floor(at / MINUTE_MS) * MINUTE_MS) / MINUTE_MS
  const offsetMinutes = Math.abs(said) <= MAX_OFFSET_MINUTES ? said : 0
  const local = new Date(at + offsetMinutes * MINUTE_MS)
  const two = (number: number): string => String(number).padStart(2, '0')
  const date = { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }
  return {
    // From 2085 on the short year says nothing: EDF+ section 2.1.3.2.
    date: `${two(date.day)}.${two(date.month)}.${date.year >= 2085 ? 'yy' : two(date.year % 100)}`,
    time: [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join('.'),
    fraction: local.getUTCMilliseconds() / 1000,
    day: date,
    offsetMinutes
  }
}

/** Startdate day X X equipment UTC+hh:mm [Synthetic]: EDF+ section 2.1.3.3; what stands behind the equipment is free. */
export function recordingField(
  { device, synthetic }: EncodableRecording,
  { day, offsetMinutes }: WrittenStart
): string {
  const size = Math.abs(offsetMinutes)
  const two = (number: number): string => String(number).padStart(2, '0')
  const zone = `UTC${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
  const equipment = part(device?.model ?? device?.manufacturer, 30)
  return ['Startdate', formatDay(day), 'X', 'X', equipment, zone, ...(synthetic ? ['Synthetic'] : [])].join(' ')
}
