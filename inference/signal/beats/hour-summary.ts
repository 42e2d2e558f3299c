import type { StreamedBeat } from './stream-beats.ts'

/** Rates are those of so many intervals in a row. */
const RATE_OVER = 8
/** An interval from here on is a pause, ms. */
const PAUSE_MS = 2000

/** One hour of a long recording, counted from its first sample. */
export interface BeatHour {
  hour: number
  beats: number
  /** Over all intervals of the hour, and the lowest and highest over eight in a row, 1/min; absent without intervals. */
  meanPerMin?: number
  lowestPerMin?: number
  highestPerMin?: number
  longestRrMs?: number
  /** Intervals of 2 s or more. */
  pauses: number
  /** Breaks in the recording, across which there is no interval. */
  gaps: number
}

export interface HourSummary {
  push(beats: readonly StreamedBeat[]): void
  /** All hours that had a beat, in order. */
  hours(): BeatHour[]
}

/**
 * What a long recording was like hour by hour, from beats as a stream gives them: one small record an hour, nothing else is
 * kept. An interval counts in the hour of the beat that ends it; none is taken across a gap.
 *
 * @example const s = createHourSummary({ rateHz: 250 }); s.push(stream.push([chunk])); s.hours()[0].meanPerMin // 71.4
 */
export function createHourSummary({ rateHz }: { rateHz: number }): HourSummary {
  const hours: { summary: BeatHour; sumMs: number; intervals: number }[] = []
  /** The last eight intervals without a gap, as a ring. */
  const recent = new Float64Array(RATE_OVER)
  let inARow = 0
  let last: number | undefined

  function add({ at, afterGap }: StreamedBeat): void {
    const number = Math.floor(at / rateHz / 3600)
    if (hours.at(-1)?.summary.hour !== number) {
      hours.push({ summary: { hour: number, beats: 0, pauses: 0, gaps: 0 }, sumMs: 0, intervals: 0 })
    }
    const hour = hours.at(-1)!
    hour.summary.beats++
    if (afterGap) hour.summary.gaps++
    if (afterGap) inARow = 0
    else if (last !== undefined) interval(hour, ((at - last) / rateHz) * 1000)
    last = at
  }

  function interval(hour: (typeof hours)[number], rrMs: number): void {
    const { summary } = hour
    hour.sumMs += rrMs
    hour.intervals++
    summary.meanPerMin = (60_000 * hour.intervals) / hour.sumMs
    summary.longestRrMs = Math.max(summary.longestRrMs ?? 0, rrMs)
    if (rrMs >= PAUSE_MS) summary.pauses++
    recent[inARow++ % RATE_OVER] = rrMs
    if (inARow < RATE_OVER) return
    const rate = (60_000 * RATE_OVER) / recent.reduce((sum, value) => sum + value, 0)
    summary.lowestPerMin = Math.min(summary.lowestPerMin ?? rate, rate)
    summary.highestPerMin = Math.max(summary.highestPerMin ?? rate, rate)
  }

  return {
    push: (beats) => beats.forEach(add),
    hours: () => hours.map(({ summary }) => ({ ...summary }))
  }
}
