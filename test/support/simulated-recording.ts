import type { EncodableRecording } from '../../core/format.ts'
import type { Lead } from '../../core/waveform.ts'
import { LEADS } from '../../fhir-profiles/index.ts'
import { simulated } from './simulated-ecg.ts'

export interface SimulatedOptions {
  leads?: readonly string[]
  seconds?: number
  rateHz?: number
  /** One step, mV. */
  resolution?: number
}

/**
 * A made-up ECG of a person who does not exist: beats at 75/min, each lead of its own height, on whole steps of the
 * resolution. Synthetic.
 */
export function simulatedRecording({
  leads = LEADS.map(({ name }) => name),
  seconds = 2,
  rateHz = 500,
  resolution = 0.0025
}: SimulatedOptions = {}): EncodableRecording {
  const described: Lead[] = leads.map((name) => {
    const known = LEADS.find((lead) => lead.name === name)
    return { name, ...(known ? { mdc: known.n } : {}), unit: 'mV', resolution }
  })
  const acquiredAt = {
    instant: '2026-03-05T09:20:30.500Z',
    text: '2026-03-05T09:20:30.500Z',
    precision: 'fraction'
  } as const
  const beats = Array.from({ length: Math.ceil(seconds / 0.8) }, (_, beat) => 0.34 + 0.8 * beat)
  const one = simulated(beats, seconds, rateHz)
  // Whole steps times the step, as a reader of counts has them; -0 is no count.
  const samples = leads.map((_, k) =>
    one.map((mv) => Math.round((mv * (1 - k / 7)) / resolution) / (1 / resolution) || 0)
  )
  return {
    waveforms: [{ kind: 'rhythm', leads: described, rateHz, samples, gaps: [], startedAt: acquiredAt }],
    acquiredAt,
    synthetic: true,
    statements: ['Simulated: sinus rhythm'],
    device: { manufacturer: 'His Bundle', model: 'simulated', serial: '7' },
    subject: {
      identifiers: [{ value: 'T-100', authority: 'HOSP' }],
      family: 'Testmann',
      given: ['Änne'],
      birthDate: '1951-03-09',
      sex: 'female'
    }
  }
}

/** The same recording with samples missing: [from, to) of lead `lead`. */
export function withGap(recording: EncodableRecording, lead: number, from: number, to: number): EncodableRecording {
  const [waveform, ...rest] = recording.waveforms
  const samples = waveform!.samples.map((values) => values.slice())
  samples[lead]!.fill(Number.NaN, from, to)
  return {
    ...recording,
    waveforms: [{ ...waveform!, samples, gaps: [...waveform!.gaps, { lead, from, to }] }, ...rest]
  }
}
