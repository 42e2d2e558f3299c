import { AppError } from './errors/app-error.ts'

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()
/** Offsets change at full quarters of an hour only; a bounded memory of them spares Intl for every field. */
const known = new Map<string, number>()
const MAX_KNOWN = 10_000

/**
 * Minutes east of UTC in an IANA zone at an instant (ms since 1970).
 * @throws AppError CONFIG_INVALID at 'zone' for a name that ICU does not know
 */
export function zoneOffsetMinutes(zone: string, instantMs: number): number {
  const quarter = Math.floor(instantMs / QUARTER_MS)
  const key = `${zone} ${quarter}`
  let offset = known.get(key)
  if (offset === undefined) {
    offset = askIntl(zone, quarter * QUARTER_MS)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, offset)
  }
  return offset
}

/**
 * Offsets (minutes) under which a wall clock time exists in a zone, the earlier instant first.
 *
 * @param wallMs the wall clock reading taken as if it were UTC, ms
 * @returns isClear false when daylight saving repeats the hour (two offsets) or leaves it out (then the offset before)
 */
export function zoneOffsets(zone: string, wallMs: number): { offsets: number[]; isClear: boolean } {
  const before = zoneOffsetMinutes(zone, wallMs - DAY_MS)
  const after = zoneOffsetMinutes(zone, wallMs + DAY_MS)
  const candidates = before === after ? [before] : [Math.max(before, after), Math.min(before, after)]
  const valid = candidates.filter((offset) => zoneOffsetMinutes(zone, wallMs - offset * MINUTE_MS) === offset)
  return valid.length === 0 ? { offsets: [before], isClear: false } : { offsets: valid, isClear: valid.length === 1 }
}

function askIntl(zone: string, instantMs: number): number {
  const parts = formatOf(zone).formatToParts(new Date(instantMs))
  const number = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  const wall = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second')
  )
  return Math.round((wall - Math.floor(instantMs / 1000) * 1000) / MINUTE_MS)
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        calendar: 'gregory',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric'
      })
    } catch (cause) {
      throw new AppError('CONFIG_INVALID', { at: 'zone', reason: 'zone-unknown', cause })
    }
    formats.set(zone, format)
  }
  return format
}
