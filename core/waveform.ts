import type { ClinicalTime } from './time.ts'

/** A lead of the offset table: number n of ISO 11073-10101 (I = 1 ... aVF = 64). */
export interface Lead {
  /** Table spelling: I, II, III, aVR, aVL, aVF, V1 ... V6, or the sender's channel name for other signals. */
  name: string
  /** Lead number n: FHIR 131328 + n, DICOM 2:n, SCPECG 5.6.3-9-n; absent for channels that are no ECG lead. */
  mdc?: number
  /** 'mV' for ECG; the unit of `samples`. */
  unit: string
  /** Physical value of one step of the source, in `unit` (one least significant bit). */
  resolution: number
  derived?: boolean
  filters?: { lowHz?: number; highHz?: number; notchHz?: number }
}

/**
 * One recording. samples[i] belongs to leads[i]: Float64Array of the same length for every lead, physical units
 * (lead-major). A missing sample is NaN and lies inside one of `gaps`; it is never 0.
 */
export interface Waveform {
  kind: 'rhythm' | 'median-beat' | 'other'
  leads: Lead[]
  rateHz: number
  samples: Float64Array[]
  /** Half-open ranges [from, to) of sample indices without data, per lead index. */
  gaps: { lead: number; from: number; to: number }[]
  startedAt?: ClinicalTime
  /** Device and processing facts of the source that a reader may need (filter settings, gain history). */
  facts?: Record<string, string>
}

/**
 * The waveforms of one recording with the tracing in front: the longest of kind 'rhythm', of equally long ones that with more
 * leads, then the one that comes first. The others follow in their order.
 *
 * @param waveforms one or more
 */
export function tracingFirst(waveforms: readonly Waveform[]): Waveform[] {
  const tracing = waveforms.reduce((best, next) => (isRatherTracing(next, best) ? next : best))
  return [tracing, ...waveforms.filter((waveform) => waveform !== tracing)]
}

function isRatherTracing(next: Waveform, best: Waveform): boolean {
  if ((next.kind === 'rhythm') !== (best.kind === 'rhythm')) return next.kind === 'rhythm'
  if (durationMs(next) !== durationMs(best)) return durationMs(next) > durationMs(best)
  return next.leads.length > best.leads.length
}

export const durationMs = (waveform: Waveform): number => ((waveform.samples[0]?.length ?? 0) / waveform.rateHz) * 1000
