import { zoneOffsets } from '../core/zone.ts'

export interface LocalTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

const MINUTE_MS = 60_000

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
  if (typeof where === 'number') return { instant: new Date(asUtc - where * MINUTE_MS).toISOString(), ambiguous: false }
  const { offsets, isClear } = zoneOffsets(where, asUtc)
  return { instant: new Date(asUtc - offsets[0]! * MINUTE_MS).toISOString(), ambiguous: !isClear && offsets.length > 1 }
}
