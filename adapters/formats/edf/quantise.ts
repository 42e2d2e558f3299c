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
/** Relative error of a limit as text that is none: far below one step over the whole range. */
const EXACT = 1e-9
/** The error that a limit rounded to its field may make at the end of the range, in steps. */
const MOST_ERROR_STEPS = 0.1

/**
 * Digital value = sample / resolution (less an offset that all samples share), wherever all of them fit 16 bits: with limits that fit their fields exactly where there
 * are any, else with those that come nearest. Else the samples' own range is spread over 16 bits, the finest that they allow. A
 * missing sample is written as the number nearest to 0.
 *
 * @param samples unit of the lead; NaN where missing
 */
export function quantise(samples: Float64Array, lead: Lead): Quantised {
  const range = rangeOf(samples)
  const offset = offsetOf(samples, lead)
  const limits = limitsFor(range, lead, offset)
  if (!limits) return spread(samples, lead, range)
  const { resolution } = lead
  const digital = digitise(samples, (value) => Math.round((value - offset) / resolution))
  return { digital, ...limits, isExact: true }
}

/** Part of a step by which samples may differ from one common offset. */
const SAME_OFFSET = 1e-4

/** What all samples have beside whole steps, as of a source whose zero is no step; 0 when they have nothing in common. */
function offsetOf(samples: Float64Array, { resolution }: Lead): number {
  const first = samples.find((value) => !Number.isNaN(value)) ?? 0
  const offset = first - Math.floor(first / resolution) * resolution
  const isCommon = samples.every((value) => {
    const steps = (value - offset) / resolution
    return Number.isNaN(value) || Math.abs(steps - Math.round(steps)) < SAME_OFFSET
  })
  const isNone = Math.min(offset, resolution - offset) < SAME_OFFSET * resolution
  return isCommon && !isNone && Number.isFinite(offset) ? offset : 0
}

type Limits = Omit<Quantised, 'digital' | 'isExact'>

/** undefined when no limits keep the step. */
function limitsFor({ min, max }: { min: number; max: number }, lead: Lead, offset: number): Limits | undefined {
  const { resolution } = lead
  if (!(resolution > 0 && Number.isFinite(resolution))) return undefined
  let nearest: { limits: Limits; error: number } | undefined
  for (const { dimension, factor } of dimensionsOf(lead)) {
    for (const [digitalMin, digitalMax] of RANGES) {
      const isInside =
        Math.round((min - offset) / resolution) >= digitalMin && Math.round((max - offset) / resolution) <= digitalMax
      if (!isInside) continue
      const lower = fieldOf((digitalMin * resolution + offset) * factor)
      const upper = fieldOf((digitalMax * resolution + offset) * factor)
      if (!lower || !upper) continue
      const error = Math.max(lower.error, upper.error)
      const limits = { dimension, physicalMin: lower.text, physicalMax: upper.text, digitalMin, digitalMax }
      if (error <= EXACT) return limits
      if (error * digitalMax <= MOST_ERROR_STEPS && error < (nearest?.error ?? 1)) nearest = { limits, error }
    }
  }
  return nearest?.limits
}

/** A loop: `Int16Array.from` would hold a day of samples once more as a list. */
function digitise(samples: Float64Array, digitalOf: (value: number) => number): Int16Array {
  const digital = new Int16Array(samples.length)
  for (let n = 0; n < samples.length; n++) {
    const value = samples[n]!
    digital[n] = Math.max(MIN, Math.min(MAX, digitalOf(Number.isNaN(value) ? 0 : value)))
  }
  return digital
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

/** The nearest number that 8 characters hold, with its relative error; undefined when they hold none. */
function fieldOf(value: number): { text: string; error: number } | undefined {
  for (let digits = 12; digits > 0; digits--) {
    const text = decimalText(Number(value.toPrecision(digits)))
    if (text.length <= FIELD)
      return Number(text) === 0 ? undefined : { text, error: Math.abs(Number(text) - value) / Math.abs(value) }
  }
  return undefined
}

function spread(samples: Float64Array, lead: Lead, { min, max }: { min: number; max: number }): Quantised {
  const { dimension, factor } = dimensionsOf(lead)[0]!
  const physicalMin = roundedField(min * factor, Math.floor)
  const upper = roundedField(max * factor, Math.ceil)
  // A flat lead still needs two limits.
  const physicalMax = Number(upper) > Number(physicalMin) ? upper : roundedField(Number(physicalMin) + 1, Math.ceil)
  const gain = (Number(physicalMax) - Number(physicalMin)) / (MAX - MIN)
  const digital = digitise(samples, (value) => Math.round((value * factor - Number(physicalMin)) / gain) + MIN)
  return { digital, dimension, physicalMin, physicalMax, digitalMin: MIN, digitalMax: MAX, isExact: false }
}

/** The next number below or above that fits 8 characters. */
function roundedField(value: number, round: (value: number) => number): string {
  const whole = String(Math.abs(Math.trunc(value))).length
  const decimals = Math.max(0, FIELD - 2 - whole)
  const scale = 10 ** decimals
  return decimalText(round(value * scale) / scale).slice(0, FIELD)
}
