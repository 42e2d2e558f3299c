import type { Lead } from '../../../core/waveform.ts'
import { decimalText } from '../../ecg/decimal.ts'
import { perMillivolt } from '../../ecg/voltage.ts'

/** How a lead is written: 16-bit numbers and the four limits that say what they mean, as text of 8 characters. */
export interface Quantised {
  digital: Int16Array
  dimension: string
  physicalMin: string
  physicalMax: string
  digitalMin: number
  digitalMax: number
  /** One digital step is one step of the source: nothing is lost. */
  isExact: boolean
}

const MIN = -32_768
const MAX = 32_767
const FIELD = 8
/** Limits of the number range, widest first; a narrower one may have a physical limit that fits its field. */
const RANGES: readonly (readonly [number, number])[] = [
  [MIN, MAX],
  ...[32_000, 30_000, 25_000, 20_000, 16_000, 10_000, 8000, 5000, 4000, 2000, 1000].map((limit): [number, number] => [
    -limit,
    limit
  ])
]
/** Relative error of a limit as text: far below one step over the whole range. */
const EXACT = 1e-9

/**
 * Digital value = sample / resolution, wherever all of them fit 16 bits and the limits fit their fields; else the samples'
 * own range is spread over 16 bits, the finest that they allow. A missing sample is written as the number nearest to 0.
 *
 * @param samples unit of the lead; NaN where missing
 */
export function quantise(samples: Float64Array, lead: Lead): Quantised {
  const range = rangeOf(samples)
  for (const { dimension, factor } of dimensionsOf(lead)) {
    const step = lead.resolution * factor
    if (!(step > 0 && Number.isFinite(step))) continue
    for (const [digitalMin, digitalMax] of RANGES) {
      const isInside =
        Math.round(range.min / lead.resolution) >= digitalMin && Math.round(range.max / lead.resolution) <= digitalMax
      const physicalMin = fieldOf(digitalMin * step)
      const physicalMax = fieldOf(digitalMax * step)
      if (!isInside || !physicalMin || !physicalMax) continue
      const digital = Int16Array.from(samples, (value) =>
        Number.isNaN(value) ? 0 : Math.round(value / lead.resolution)
      )
      return { digital, dimension, physicalMin, physicalMax, digitalMin, digitalMax, isExact: true }
    }
  }
  return spread(samples, lead, range)
}

function rangeOf(samples: Float64Array): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of samples) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : { min: 0, max: 0 }
}

/** Microvolts first, the unit of EDF's own examples. */
function dimensionsOf({ unit }: Lead): { dimension: string; factor: number }[] {
  if (unit !== 'mV') return [{ dimension: unit, factor: 1 }]
  return ['uV', 'mV', 'nV'].map((dimension) => ({ dimension, factor: perMillivolt(dimension)! }))
}

/** The number in 8 characters; undefined when it would be another number. */
function fieldOf(value: number): string | undefined {
  const text = decimalText(Number(value.toPrecision(12)))
  return text.length <= FIELD && Math.abs(Number(text) - value) <= EXACT * Math.abs(value) ? text : undefined
}

function spread(samples: Float64Array, lead: Lead, { min, max }: { min: number; max: number }): Quantised {
  const { dimension, factor } = dimensionsOf(lead)[0]!
  const physicalMin = roundedField(min * factor, Math.floor)
  const upper = roundedField(max * factor, Math.ceil)
  // A flat lead still needs two limits.
  const physicalMax = Number(upper) > Number(physicalMin) ? upper : roundedField(Number(physicalMin) + 1, Math.ceil)
  const gain = (Number(physicalMax) - Number(physicalMin)) / (MAX - MIN)
  const digital = Int16Array.from(samples, (value) => {
    const number = Math.round(((Number.isNaN(value) ? 0 : value) * factor - Number(physicalMin)) / gain) + MIN
    return Math.max(MIN, Math.min(MAX, number))
  })
  return { digital, dimension, physicalMin, physicalMax, digitalMin: MIN, digitalMax: MAX, isExact: false }
}

/** The next number below or above that fits 8 characters. */
function roundedField(value: number, round: (value: number) => number): string {
  const whole = String(Math.abs(Math.trunc(value))).length
  const decimals = Math.max(0, FIELD - 2 - whole)
  const scale = 10 ** decimals
  return decimalText(round(value * scale) / scale).slice(0, FIELD)
}
