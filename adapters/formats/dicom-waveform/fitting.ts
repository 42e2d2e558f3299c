import { AppError } from '../../../core/errors/app-error.ts'
import { LEAD_NUMBERS } from '../../../core/lead-numbers.ts'
import { durationMs, type Waveform } from '../../../core/waveform.ts'
import { SOP_CLASS } from '../../../dicom/uids.ts'

/** What a class allows: content constraints of PS3.3 A.34.3.4, A.34.4.4, A.34.5.4; General 32-bit by supplement 237. */
interface Limits {
  sopClassUid: string
  bits: 16 | 32
  groups: number
  /** In one group, and in all together. */
  channels: number
  allChannels: number
  samples: number
  minHz: number
  maxHz: number
  onlyTableLeads: boolean
}

const UNBOUNDED = Number.POSITIVE_INFINITY

const TWELVE_LEAD: Limits = {
  sopClassUid: SOP_CLASS.twelveLeadEcg,
  bits: 16,
  groups: 5,
  channels: 13,
  allChannels: 13,
  samples: 16_384,
  minHz: 200,
  maxHz: 1000,
  onlyTableLeads: true
}
const GENERAL: Limits = {
  ...TWELVE_LEAD,
  sopClassUid: SOP_CLASS.generalEcg,
  groups: 4,
  channels: 24,
  allChannels: 96,
  samples: UNBOUNDED,
  onlyTableLeads: false
}
const AMBULATORY: Limits = {
  ...GENERAL,
  sopClassUid: SOP_CLASS.ambulatoryEcg,
  groups: 1,
  channels: 12,
  allChannels: 12,
  minHz: 50
}
/** Deviation: no bound of channels is known to us from a primary text; that of General ECG is kept. */
const GENERAL_32_BIT: Limits = {
  ...GENERAL,
  sopClassUid: SOP_CLASS.general32BitEcg,
  bits: 32,
  minHz: 0,
  maxHz: UNBOUNDED
}

/** Beyond this a recording is an ambulatory one. */
const AMBULATORY_MS = 10 * 60_000

/**
 * The class for a recording, and the waveforms it takes. Tried in this order: 12-lead, General, Ambulatory, General 32-bit; a long
 * recording begins with Ambulatory. Waveforms that are no voltage are left out, and where no class holds all, the tracing goes
 * alone.
 *
 * @throws AppError WAVEFORM_INCONSISTENT reason `no-waveform`, `range` (counts beyond 32 bits, or too many channels)
 */
export function fitting(all: readonly Waveform[]): { sopClassUid: string; waveforms: Waveform[] } {
  const voltages = all.filter(({ leads }) => leads.every(({ unit }) => unit === 'mV'))
  const [tracing] = voltages
  if (!tracing) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  const isLong = durationMs(tracing) > AMBULATORY_MS
  const classes = isLong ? [AMBULATORY, GENERAL, GENERAL_32_BIT] : [TWELVE_LEAD, GENERAL, AMBULATORY, GENERAL_32_BIT]
  for (const waveforms of [voltages, [tracing]]) {
    const found = classes.find((limits) => fits(waveforms, limits))
    if (found) return { sopClassUid: found.sopClassUid, waveforms }
  }
  throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'range' })
}

function fits(waveforms: readonly Waveform[], limits: Limits): boolean {
  const channels = waveforms.reduce((sum, { leads }) => sum + leads.length, 0)
  return (
    waveforms.length <= limits.groups &&
    channels <= limits.allChannels &&
    waveforms.every(
      ({ leads, samples, rateHz }) =>
        leads.length <= limits.channels &&
        (samples[0]?.length ?? 0) <= limits.samples &&
        rateHz >= limits.minHz &&
        rateHz <= limits.maxHz &&
        (!limits.onlyTableLeads || leads.every(({ name }) => LEAD_NUMBERS.has(name)))
    ) &&
    largestCount(waveforms) < 2 ** (limits.bits - 1)
  )
}

function largestCount(waveforms: readonly Waveform[]): number {
  let largest = 0
  for (const { leads, samples } of waveforms) {
    for (const [k, values] of samples.entries()) {
      for (const value of values) {
        const count = Math.abs(value) / leads[k]!.resolution
        if (count > largest) largest = count
      }
    }
  }
  return Math.round(largest)
}
