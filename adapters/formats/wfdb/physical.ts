import { AppError } from '../../../core/errors/app-error.ts'
import type { Lead, Waveform } from '../../../core/waveform.ts'
import { gapsOf } from '../../../fhir-profiles/builders/sampled-data.ts'
import { leadByName } from '../../../fhir-profiles/codes/leads.ts'
import { perMillivolt } from '../../ecg/voltage.ts'
import type { WfdbSignal } from './header.ts'
import { MISSING } from './signal-formats.ts'

/** One signal in physical units. */
export interface PhysicalSignal {
  lead: Lead
  samplesPerFrame: number
  samples: Float64Array
  isVoltage: boolean
}

/**
 * (digital - baseline) / gain, in mV for every unit of voltage and else in the signal's own unit; NaN where a sample is
 * missing.
 *
 * @throws AppError UNIT_UNKNOWN for a lead of the ECG table in a unit that is no voltage
 */
export function toPhysical(signal: WfdbSignal, digital: Int32Array, at: string): PhysicalSignal {
  const divisor = perMillivolt(signal.units)
  const known = leadByName(signal.name)
  if (known && divisor === undefined) throw new AppError('UNIT_UNKNOWN', { at })
  const perUnit = divisor ?? 1
  const { baseline, gain } = signal
  const samples = new Float64Array(digital.length)
  for (let i = 0; i < samples.length; i++) {
    const value = digital[i]!
    samples[i] = value === MISSING ? Number.NaN : (value - baseline) / gain / perUnit
  }
  return {
    lead: {
      ...(known ? { name: known.name, mdc: known.n } : { name: signal.name }),
      unit: divisor === undefined ? signal.units : 'mV',
      resolution: 1 / Math.abs(gain * perUnit)
    },
    samplesPerFrame: signal.samplesPerFrame,
    samples,
    isVoltage: divisor !== undefined
  }
}

/**
 * Signals of one rate and kind together, the tracing first: that with the most ECG leads, then the highest rate. Voltages
 * with a lead of the table, or all voltages where no lead has one, are rhythm; the rest is 'other'.
 *
 * @param frameHz frames a second
 * @throws AppError UNIT_UNKNOWN when no signal is a voltage
 */
export function toWaveforms(signals: readonly PhysicalSignal[], frameHz: number): Waveform[] {
  if (!signals.some(({ isVoltage }) => isVoltage)) throw new AppError('UNIT_UNKNOWN', { at: 'signal 1' })
  const groups = new Map<string, PhysicalSignal[]>()
  for (const signal of signals) {
    const key = `${signal.isVoltage} ${signal.samplesPerFrame}`
    groups.set(key, [...(groups.get(key) ?? []), signal])
  }
  const ranked = [...groups.values()].sort((a, b) => rank(b) - rank(a))
  const hasLeads = rank(ranked[0]!) >= LEAD_RANK
  return ranked.map((group, i) => ({
    kind: group[0]!.isVoltage && (i === 0 || (hasLeads && rank(group) >= LEAD_RANK)) ? 'rhythm' : 'other',
    leads: group.map(({ lead }) => lead),
    rateHz: frameHz * group[0]!.samplesPerFrame,
    samples: group.map(({ samples }) => samples),
    gaps: group.flatMap(({ samples }, lead) => gapsOf(samples).map(([from, to]) => ({ lead, from, to })))
  }))
}

const LEAD_RANK = 1e7

function rank(group: readonly PhysicalSignal[]): number {
  const leads = group.filter(({ lead }) => lead.mdc !== undefined).length
  return leads * LEAD_RANK + (group[0]!.isVoltage ? LEAD_RANK / 10 : 0) + group[0]!.samplesPerFrame
}
