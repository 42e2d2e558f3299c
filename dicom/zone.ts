import { AppError } from '../core/errors/app-error.ts'

export interface LocalTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * The place of a wall-clock time on the time line. In the hour that daylight saving repeats there are two: the first is
 * taken and marked; in the hour it leaves out, the offset before the change counts.
 * @param where offset from UTC in minutes, or an IANA zone
 * @returns ISO 8601 instant
 * @throws AppError CONFIG_INVALID for an unknown zone
 */
export function toInstant(local: LocalTime, where: number | string): { instant: string; ambiguous: boolean } {
  const { year, month, day, hour, minute, second, millisecond } = local
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
  if (typeof where === 'number') return { instant: new Date(asUtc - where * 60_000).toISOString(), ambiguous: false }
  const before = offsetMs(asUtc - DAY_MS, where)
  const after = offsetMs(asUtc + DAY_MS, where)
  const fits = [...new Set([before, after])].filter((offset) => offsetMs(asUtc - offset, where) === offset)
  const instant = Math.min(...(fits.length > 0 ? fits : [before]).map((offset) => asUtc - offset))
  return { instant: new Date(instant).toISOString(), ambiguous: fits.length > 1 }
}

/** Offset of a zone from UTC at an instant, in ms. */
function offsetMs(instant: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric'
      })
    } catch (error) {
      throw new AppError('CONFIG_INVALID', { at: 'zone', cause: error })
    }
    formats.set(zone, format)
  }
  return format
}
