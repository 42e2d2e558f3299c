import type { DecodedWaveform, DecodeNote, SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { toInstant } from '../../../dicom/zone.ts'
import { subjectOf } from '../../ecg/recording.ts'
import { secondsText } from './annotations.ts'
import type { EdfHeader } from './header.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
/** Two digits from here on are of the twentieth century: EDF+ section 2.1.3.2. */
const PIVOT_YEAR = 85

export interface CalendarDay {
  year: number
  month: number
  day: number
}

const unknown = (text: string | undefined): boolean => text === undefined || text === '' || text.toUpperCase() === 'X'
const words = (text: string | undefined): string | undefined =>
  unknown(text) ? undefined : text!.replaceAll('_', ' ').trim()

/** 'dd-MMM-yyyy' with English months; undefined when it is no day. */
export function parseDay(text: string | undefined): CalendarDay | undefined {
  const match = /^(\d{2})-([A-Z]{3})-(\d{4})$/i.exec(text ?? '')
  return match ? dayOf(Number(match[3]), MONTHS.indexOf(match[2]!.toUpperCase()) + 1, Number(match[1])) : undefined
}

export const formatDay = ({ year, month, day }: CalendarDay): string =>
  `${pad(day)}-${MONTHS[month - 1]}-${String(year).padStart(4, '0')}`

const pad = (number: number): string => String(number).padStart(2, '0')
const isoDay = ({ year, month, day }: CalendarDay): string =>
  `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`

function dayOf(year: number, month: number, day: number): CalendarDay | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1800 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? { year, month, day }
    : undefined
}

/**
 * Local patient identification of EDF+ (section 2.1.3.3): code sex dd-MMM-yyyy name; blanks inside a field are '_', X is unknown.
 * In plain EDF the field is free text, of which nothing is claimed.
 *
 * The name is claimed where it says what is the family name ('Testmann^Anna', 'Testmann,_Anna') or is one word; the
 * standard gives words no order ('Haagse_Harry'), and a wrong family name would set a patient apart from himself.
 */
export function readPatient({ plus, patient }: EdfHeader, notes: DecodeNote[]): SubjectClaim {
  const ignored = (what: string): void => {
    notes.push({ code: 'content-ignored', at: `local patient identification${what}` })
  }
  if (!plus) {
    if (!unknown(patient)) ignored('')
    return { identifiers: [] }
  }
  const [code, sex, birth, name] = patient.split(/ +/)
  const birthDay = parseDay(birth)
  if (!unknown(birth) && !birthDay) ignored(' birthdate')
  const full = words(name)
  const [family, given] = (full?.split(/\^|, */) ?? []).map((one) => (unknown(one) ? undefined : one))
  const isOrdered = full !== undefined && (/[\^,]/.test(full) || !full.includes(' '))
  if (full !== undefined && !isOrdered) ignored(' name')
  return subjectOf({
    id: unknown(code) ? undefined : code,
    sex: words(sex),
    ...(birthDay ? { birthDate: isoDay(birthDay) } : {}),
    ...(isOrdered ? { family, given: given?.split(' ') } : {})
  })
}

export interface Recording {
  day?: CalendarDay
  device: NonNullable<DecodedWaveform['device']>
  /** Minutes east of UTC, from a subfield 'UTC+hh:mm' that our writer adds; the standard has no zone. */
  offsetMinutes?: number
  /** A subfield 'Synthetic' of our writer. */
  synthetic?: boolean
}

/** Local recording identification of EDF+ (section 2.1.3.3): 'Startdate' dd-MMM-yyyy code technician equipment ... */
export function readRecordingId({ plus, recording }: EdfHeader): Recording {
  const [mark, day, , , equipment, ...more] = recording.split(/ +/)
  if (!plus || mark?.toLowerCase() !== 'startdate') return { device: {} }
  const model = words(equipment)
  const parsed = parseDay(day)
  const offset = more.map((field) => /^UTC([+-])(\d{2}):(\d{2})$/.exec(field)).find((match) => match !== null)
  return {
    ...(parsed ? { day: parsed } : {}),
    device: model ? { model } : {},
    ...(offset ? { offsetMinutes: (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1) } : {}),
    ...(more.includes('Synthetic') ? { synthetic: true } : {})
  }
}

/**
 * When the first sample was taken: startdate and starttime, the exact year of the recording identification, and the onset of
 * the first data record, a fraction of a second; in the zone of the feed.
 *
 * @param onset seconds; the first data record's
 * @throws AppError TIME_UNUSABLE: 'absent', 'no-time', or 'start-dates' when the two dates contradict each other
 */
export function readStart(
  header: EdfHeader,
  { day, offsetMinutes }: Recording,
  onset: number,
  zone: string
): ClinicalTime {
  const unusable = (at: string, reason: string): AppError => new AppError('TIME_UNUSABLE', { at, reason })
  const date = /^(\d{2})[.\-/](\d{2})[.\-/](\d{2}|yy)$/i.exec(header.startDate)
  const clock = /^(\d{2})[.:](\d{2})[.:](\d{2})$/.exec(header.startTime)
  if (!date) throw unusable('startdate', header.startDate === '' ? 'absent' : 'no-time')
  if (!clock) throw unusable('starttime', header.startTime === '' ? 'absent' : 'no-time')
  const isLate = date[3]!.toLowerCase() === 'yy'
  const short = Number(date[3])
  const year = day?.year ?? (isLate ? Number.NaN : short + (short >= PIVOT_YEAR ? 1900 : 2000))
  const placed = dayOf(year, Number(date[2]), Number(date[1]))
  const [hour, minute, second] = clock.slice(1).map(Number) as [number, number, number]
  if (!placed || hour > 23 || minute > 59 || second > 59) throw unusable('startdate', 'no-time')
  if (day && (isoDay(day) !== isoDay(placed) || (!isLate && year % 100 !== short)))
    throw unusable('startdate', 'start-dates')
  const { instant, ambiguous } = toInstant({ ...placed, hour, minute, second, millisecond: 0 }, offsetMinutes ?? zone)
  const wall = `${isoDay(placed)}T${pad(hour)}:${pad(minute)}:${pad(second)}`
  return {
    instant: new Date(Date.parse(instant) + Math.round(onset * 1000)).toISOString(),
    text: onset === 0 ? wall : `${wall} +${secondsText(onset)} s`,
    precision: onset === 0 ? 'second' : 'fraction',
    ...(ambiguous ? { ambiguous: true } : {})
  }
}
