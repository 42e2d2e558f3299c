import type { Lead } from '../../core/waveform.ts'
import type { DataSet } from '../data-set.ts'
import { leadOf } from './leads.ts'
import { perMillivolt } from './units.ts'

/** How raw counts of one channel become millivolts: (raw x scale + baseline) / perMillivolt (rules section 11). */
export interface ChannelScale {
  scale: number
  baseline: number
  perMillivolt: number
}

/**
 * One item of the Channel Definition Sequence (003A,0200), PS3.3 C.10.9.1.4.
 * @param at position of the item, for errors
 * @throws AppError LEAD_UNKNOWN, UNIT_UNKNOWN, DICOM_ATTRIBUTE_VALUE
 */
export function readChannel(channel: DataSet, at: string): { lead: Lead; scale: ChannelScale } {
  const source = channel.items(0x003a0208)[0]
  const { name, mdc } = leadOf(
    {
      code: source?.text(0x00080100),
      scheme: source?.text(0x00080102),
      meaning: source?.text(0x00080104),
      label: channel.text(0x003a0203)
    },
    `${at}.(003A,0208)`
  )
  const divisor = perMillivolt(channel.items(0x003a0211)[0]?.text(0x00080100), `${at}.(003A,0211)`)
  const scale = channel.requiredNumber(0x003a0210) * (channel.number(0x003a0212) ?? 1)
  return {
    lead: {
      name,
      ...(mdc === undefined ? {} : { mdc }),
      unit: 'mV',
      resolution: Math.abs(scale) / divisor,
      ...(channel.text(0x003a020c) ? { derived: true } : {}),
      ...readFilters(channel)
    },
    scale: { scale, baseline: channel.number(0x003a0213) ?? 0, perMillivolt: divisor }
  }
}

export function toMillivolts(counts: Float64Array, { scale, baseline, perMillivolt }: ChannelScale): Float64Array {
  return counts.map((raw) => (raw * scale + baseline) / perMillivolt)
}

/** High-pass (003A,0220), low-pass (003A,0221) and notch (003A,0222) frequencies, Hz. */
function readFilters(channel: DataSet): { filters?: Lead['filters'] } {
  const lowHz = channel.number(0x003a0220)
  const highHz = channel.number(0x003a0221)
  const notchHz = channel.number(0x003a0222)
  if (lowHz === undefined && highHz === undefined && notchHz === undefined) return {}
  return { filters: { lowHz, highHz, notchHz } }
}
