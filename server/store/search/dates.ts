/** A stretch of time in ms since 1970: from `lo` up to but not including `hi`. */
export type DateRange = [lo: number, hi: number]

/** Ends of what has no begin or no end; far outside any clinical time and safe as integers. */
export const FOREVER = 8.64e15

const FORM = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/**
 * The stretch that a FHIR date, dateTime or instant stands for, by its precision: '2026-03' is the whole of March.
 * A time zone that is not given is taken as UTC, on both sides of a comparison. Undefined when malformed.
 */
export function parseDate(text: string): DateRange | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const [y, mo, d] = [Number(year), month ? Number(month) - 1 : 0, day ? Number(day) : 1]
  if (mo > 11 || d > 31 || Number(hour ?? 0) > 24 || Number(minute ?? 0) > 59) return undefined
  if (!month) return [utc(y, 0, 1), utc(y + 1, 0, 1)]
  if (!day) return [utc(y, mo, 1), utc(y, mo + 1, 1)]
  if (!hour) return [utc(y, mo, d), utc(y, mo, d + 1)]
  const start = utc(y, mo, d) + (Number(hour) * 60 + Number(minute)) * 60_000 - offsetMs(zone)
  if (second === undefined) return [start, start + 60_000]
  const whole = start + Number(second) * 1000
  if (fraction === undefined) return [whole, whole + 1000]
  const lo = whole + Math.floor(Number(`0.${fraction}`) * 1000)
  return [lo, lo + (fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1)]
}

/** The stretch of a date, dateTime, instant, Period or Timing element. */
export function dateRange(type: string, value: unknown): DateRange | undefined {
  if (typeof value === 'string') return parseDate(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (type === 'Period') return periodRange(value as { start?: string; end?: string })
  if (type !== 'Timing') return undefined
  const { event, repeat } = value as { event?: string[]; repeat?: { boundsPeriod?: { start?: string; end?: string } } }
  const ranges = (event ?? []).map(parseDate).filter((range) => range !== undefined)
  const bounds = repeat?.boundsPeriod && periodRange(repeat.boundsPeriod)
  if (bounds) ranges.push(bounds)
  if (ranges.length === 0) return undefined
  return [Math.min(...ranges.map(([lo]) => lo)), Math.max(...ranges.map(([, hi]) => hi))]
}

function periodRange({ start, end }: { start?: string; end?: string }): DateRange | undefined {
  const first = start === undefined ? undefined : parseDate(start)
  const last = end === undefined ? undefined : parseDate(end)
  if (!first && !last) return undefined
  return [first?.[0] ?? -FOREVER, last?.[1] ?? FOREVER]
}

function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

function offsetMs(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone[0] === '-' ? -minutes : minutes) * 60_000
}
