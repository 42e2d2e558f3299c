import { median } from '../signal/delineate/median.ts'
import type { BeatWaves, Delineation } from '../signal/delineation.ts'
import { levelBefore } from '../signal/shape/level-before.ts'
import { valueAt } from '../signal/shape/value-at.ts'
import type { SegmentName } from './beat-segments.ts'

/** One number of a segment, as the median over the beats that show it. */
export interface SegmentMeasure {
  /** 'amplitude', 'width', 'duration', 'interval' or 'level'. */
  name: string
  value: number
  unit: 'mV' | 'ms'
}

/** ST is read so far behind the J point. */
const ST_AFTER_S = 0.06

/**
 * What is measured of a segment in one lead. P and T: height over the level before QRS, and width; QRS: height of its main peak,
 * and duration; PR: the interval; ST: its level 60 ms behind J. Each number the median over the beats that show it. mV to two decimals, ms to
 * whole ones: what the words say is what is stored.
 *
 * @param samples Float64Array mV, no missing samples @param lead its place in the delineation
 * @returns empty where the lead does not show it
 */
export function segmentMeasures(
  segment: SegmentName,
  samples: Float64Array,
  delineation: Delineation,
  lead = 0
): SegmentMeasure[] {
  const { rateHz } = delineation
  const beats = delineation.leads[lead] ?? []
  const over = (of: (beat: BeatWaves, level: number) => number | undefined): number =>
    median(
      beats.flatMap((beat) => {
        const onset = beat.qrs?.onset
        const value = of(beat, onset === undefined ? Number.NaN : levelBefore(samples, { onset, rateHz }))
        return value === undefined || !Number.isFinite(value) ? [] : [value]
      })
    )
  const ms = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : ((to - from) * 1000) / rateHz
  const height = (wave: 'p' | 'qrs' | 't') =>
    over((beat, level) => {
      const peak = beat[wave]?.peak
      return peak === undefined ? undefined : valueAt(samples, peak) - level
    })
  const width = (wave: 'p' | 'qrs' | 't') => over((beat) => ms(beat[wave]?.onset, beat[wave]?.offset))
  switch (segment) {
    case 'p':
    case 't':
      return known(['amplitude', height(segment), 'mV'], ['width', width(segment), 'ms'])
    case 'qrs':
      return known(['amplitude', height('qrs'), 'mV'], ['duration', width('qrs'), 'ms'])
    case 'pr':
      return known(['interval', over((beat) => ms(beat.p?.onset, beat.qrs?.onset)), 'ms'])
    case 'st':
      return known([
        'level',
        over((beat, level) => {
          const j = beat.qrs?.offset
          return j === undefined ? undefined : valueAt(samples, j + ST_AFTER_S * rateHz) - level
        }),
        'mV'
      ])
    default:
      return segment satisfies never
  }
}

const known = (...measures: [name: string, value: number, unit: SegmentMeasure['unit']][]): SegmentMeasure[] =>
  measures.flatMap(([name, value, unit]) =>
    Number.isFinite(value) ? [{ name, value: rounded(value, unit === 'mV' ? 100 : 1), unit }] : []
  )

/** Adding 0 makes one zero of two. */
const rounded = (value: number, scale: number): number => Math.round(value * scale) / scale + 0
