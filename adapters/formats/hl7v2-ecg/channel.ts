import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Waveform } from '../../../core/waveform.ts'
import type { LeadCode } from '../../../fhir-profiles/index.ts'
import { gapsOf } from './samples.ts'

/** One channel as either dialect yields it: samples already in mV, NaN where one is missing. */
export interface Channel {
  lead: LeadCode
  rateHz: number
  /** mV of one raw step. */
  resolution: number
  millivolts: Float64Array
  startedAt?: ClinicalTime
  /** True for a group whose name says median or average beat. */
  isMedianBeat: boolean
}

/** value = (sample - baseline) x sensitivity x correction (rules section 11: the baseline is in raw counts). */
export function scaled(raw: Float64Array, baseline: number, resolution: number): Float64Array {
  return raw.map((sample) => (sample - baseline) * resolution)
}

/** @throws AppError WAVEFORM_INCONSISTENT when the rate is no number of Hz in (0, 100000] */
export function assertRate(rateHz: number | undefined, at: string): number {
  if (rateHz === undefined || !(rateHz > 0) || rateHz > 100_000) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'rate' })
  }
  return rateHz
}

/**
 * Channels joined into recordings: one waveform for all channels of equal rate, length, start and kind; a lead that comes
 * twice opens another one.
 */
export function waveformsOf(channels: readonly Channel[]): Waveform[] {
  const sets: Channel[][] = []
  for (const channel of channels) {
    const set = sets.find((one) => isSideBySide(one[0], channel) && one.every(({ lead }) => lead.n !== channel.lead.n))
    if (set) set.push(channel)
    else sets.push([channel])
  }
  return sets.map((set) => {
    const samples = set.map(({ millivolts }) => millivolts)
    const { rateHz = 0, startedAt, isMedianBeat } = set[0] ?? {}
    return {
      kind: isMedianBeat ? 'median-beat' : 'rhythm',
      leads: set.map(({ lead, resolution }) => ({ name: lead.name, mdc: lead.n, unit: 'mV', resolution })),
      rateHz,
      samples,
      gaps: gapsOf(samples),
      ...(startedAt ? { startedAt } : {})
    }
  })
}

const isSideBySide = (a: Channel | undefined, b: Channel): boolean =>
  a !== undefined &&
  a.rateHz === b.rateHz &&
  a.millivolts.length === b.millivolts.length &&
  a.isMedianBeat === b.isMedianBeat &&
  a.startedAt?.text === b.startedAt?.text
