import { AppError } from '../../../core/errors/app-error.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'

/** Samples of all channels of one message: 12 leads x 24 h at 125 Hz is 130 million; a message holds far less. */
export const MAX_SAMPLES = 20_000_000

/**
 * Samples of one WAV OBX in raw counts, channel by channel; a missing one is NaN (codes.md section 8, trap 3).
 *
 * NA = values of one channel parted by `^`; a repetition `~` is a row: one channel each when there are as many rows as
 * channels, else the next part of the only channel. MA = each repetition is a time step, its components the channels.
 * A trailing `^` or `~` is no sample.
 * @throws AppError HL7_DATA_TYPE (a component that is no number), WAVEFORM_INCONSISTENT, MESSAGE_TOO_LARGE
 */
export function wavSamples(obx: Hl7Segment, channels: number, at: string): Float64Array[] {
  const rows = withoutLast(obx.raw(5).split('~'))
  if (obx.get(2).trim().toUpperCase() === 'MA') return fromSteps(rows, channels, at)
  if (channels === 1) {
    const values = rows.flatMap((row) => withoutLast(row.split('^')))
    return [Float64Array.from(values, (text) => sample(text, at))]
  }
  if (rows.length !== channels) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'channels' })
  return rows.map((row) => Float64Array.from(withoutLast(row.split('^')), (text) => sample(text, at)))
}

function fromSteps(steps: string[], channels: number, at: string): Float64Array[] {
  if (steps.length * channels > MAX_SAMPLES) throw new AppError('MESSAGE_TOO_LARGE', { at, reason: 'samples' })
  const out = Array.from({ length: channels }, () => new Float64Array(steps.length).fill(Number.NaN))
  steps.forEach((step, index) => {
    const values = step.split('^')
    if (values.length > channels && values.slice(channels).some((text) => text !== '')) {
      throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'channels' })
    }
    for (let channel = 0; channel < channels; channel++) {
      const series = out[channel]
      if (series) series[index] = sample(values[channel] ?? '', at)
    }
  })
  return out
}

const NUMBER = /^[+-]?(?:\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})$/

function sample(text: string, at: string): number {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === '""') return Number.NaN
  if (!NUMBER.test(trimmed)) throw new AppError('HL7_DATA_TYPE', { at, reason: 'sample' })
  return Number(trimmed)
}

const withoutLast = (parts: string[]): string[] => (parts.at(-1) === '' ? parts.slice(0, -1) : parts)

/** Parts one behind the other. @throws AppError MESSAGE_TOO_LARGE */
export function joined(parts: readonly Float64Array[], at: string): Float64Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > MAX_SAMPLES) throw new AppError('MESSAGE_TOO_LARGE', { at, reason: 'samples' })
  const whole = new Float64Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** Half-open ranges of samples that are missing. */
export function gapsOf(samples: readonly Float64Array[]): { lead: number; from: number; to: number }[] {
  const gaps: { lead: number; from: number; to: number }[] = []
  samples.forEach((series, lead) => {
    let from = -1
    for (let index = 0; index <= series.length; index++) {
      const isMissing = index < series.length && Number.isNaN(series[index])
      if (isMissing && from < 0) from = index
      if (!isMissing && from >= 0) {
        gaps.push({ lead, from, to: index })
        from = -1
      }
    }
  })
  return gaps
}
