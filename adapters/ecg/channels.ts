import { AppError } from '../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../core/time.ts'
import type { Lead, Waveform } from '../../core/waveform.ts'
import { gapsOf } from '../../fhir-profiles/index.ts'

/** Samples of all channels of one file: 12 leads x 24 h at 125 Hz are 130 million; a message holds far less. */
export const MAX_SAMPLES = 20_000_000
/** No ECG file holds more. */
export const MAX_CHANNELS = 256

/** One channel as a container yields it: millivolts, NaN where a sample is missing. */
export interface EcgChannel {
  lead: Lead
  millivolts: Float64Array
}

export interface Together {
  kind: Waveform['kind']
  rateHz: number
  startedAt?: ClinicalTime
  facts?: Record<string, string>
}

/**
 * Channels of one container that were recorded together, as a waveform; a shorter one ends in a gap.
 *
 * @param at position of the group, for the errors
 * @throws AppError WAVEFORM_INCONSISTENT with reason 'rate' (not in (0, 100000] Hz), 'no-samples', 'lead-twice' or 'channels'
 */
export function waveformOf(
  channels: readonly EcgChannel[],
  { kind, rateHz, startedAt, facts }: Together,
  at: string
): Waveform {
  const refuse = (reason: string): never => {
    throw new AppError('WAVEFORM_INCONSISTENT', { at, reason })
  }
  if (!(rateHz > 0) || rateHz > 100_000) refuse('rate')
  if (channels.length > MAX_CHANNELS) refuse('channels')
  const length = Math.max(0, ...channels.map(({ millivolts }) => millivolts.length))
  if (length === 0) refuse('no-samples')
  if (new Set(channels.map(({ lead }) => lead.name)).size < channels.length) refuse('lead-twice')
  const samples = channels.map(({ millivolts }) => padded(millivolts, length))
  return {
    kind,
    leads: channels.map(({ lead }) => lead),
    rateHz,
    samples,
    gaps: samples.flatMap((values, lead) => gapsOf(values).map(([from, to]) => ({ lead, from, to }))),
    ...(startedAt ? { startedAt } : {}),
    ...(facts && Object.keys(facts).length > 0 ? { facts } : {})
  }
}

function padded(values: Float64Array, length: number): Float64Array {
  if (values.length === length) return values
  const whole = new Float64Array(length).fill(Number.NaN)
  whole.set(values)
  return whole
}

/** Samples per second of a sampling interval, freed of the rounding of intervals such as 2.7777 ms (360 Hz). */
export function rateOfInterval(seconds: number): number {
  const rate = 1 / seconds
  const whole = Math.round(rate)
  return Math.abs(rate - whole) < 1e-4 * rate ? whole : rate
}

/** Counts the samples of a file while they are read. @throws AppError MESSAGE_TOO_LARGE (reason 'samples') */
export function sampleBudget(): (count: number) => void {
  let left = MAX_SAMPLES
  return (count) => {
    left -= count
    if (left < 0) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'samples' })
  }
}
