import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { type EcgChannel, waveformOf } from '../../ecg/channels.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { attributeOf, elementAt, numberOf, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { calibrationStart } from './calibration.ts'
import { countsOf } from './counts.ts'
import { type Signal, STORED_ORDER, signalElement, signalOf } from './signal.ts'

const AT = 'parsedwaveforms'

/**
 * The tracing, and apart from it, as kind 'other', the calibration pulse that carts append.
 *
 * waveforms/parsedwaveforms @durationperchannel (ms) @leadlabels @numberofleads: counts, see `countsOf`
 *
 * @returns nothing where the document holds no parsedwaveforms
 */
export function rhythmWaveforms(
  root: XmlElement,
  acquiredAt: ClinicalTime | undefined,
  notes: DecodeNote[]
): Waveform[] {
  const parsed = elementAt(root, 'waveforms', AT)
  if (!parsed || parsed.text.trim() === '') return []
  const signal = signalOf(root, parsed)
  const leads = leadsOf(root, parsed, notes)
  const durationMs = numberOf(attributeOf(parsed, 'durationperchannel'))
  const length = durationMs === undefined ? undefined : Math.round((durationMs * signal.rateHz) / 1000)
  const { counts, spare } = countsOf(parsed, { leads, length, isSigned: signal.isSigned })
  const all = [...counts, ...spare]
  const end = signal.zero === 0 ? calibrationStart(all, 1000 / signal.microvolts, signal.rateHz) : undefined
  const made = (kind: Waveform['kind'], from: number, to?: number): Waveform =>
    waveformOf(
      leads.map((name, n) => channelOf(name, counts[n]!.subarray(from, to), signal)),
      { kind, rateHz: signal.rateHz, ...later(acquiredAt, from / signal.rateHz) },
      AT
    )
  if (end === undefined) return [made('rhythm', 0)]
  notes.push({ code: 'content-ignored', at: `${AT} (calibration)` })
  return [made('rhythm', 0, end), { ...made('other', end), facts: { content: 'calibration pulse' } }]
}

/** Millivolts of the counts of one lead. */
export function channelOf(name: string, counts: Float64Array, { microvolts, zero, filters }: Signal): EcgChannel {
  return {
    lead: ecgLead(name, { resolution: microvolts / 1000, filters }, AT),
    millivolts: counts.map((count) => ((count - zero) * microvolts) / 1000)
  }
}

/**
 * Names of the stored leads: @leadlabels, else the standard twelve, which is the order of every cart of version 1.03.
 * @throws AppError LEAD_UNKNOWN when fewer than twelve channels have no names
 */
function leadsOf(root: XmlElement, parsed: XmlElement, notes: DecodeNote[]): readonly string[] {
  const general = signalElement(root)
  const labels = (attributeOf(parsed, 'leadlabels') ?? '').split(/\s+/).filter((label) => label !== '')
  const stated = numberOf(attributeOf(parsed, 'numberofleads'))
  if (labels.length > 0) return stated !== undefined && stated > 0 ? labels.slice(0, stated) : labels
  const valid = numberOf(textAt(general, 'numberchannelsvalid')) ?? numberOf(textAt(general, 'numberchannelsallocated'))
  if (valid !== undefined && valid < STORED_ORDER.length) throw new AppError('LEAD_UNKNOWN', { at: AT })
  if (valid !== undefined && valid > STORED_ORDER.length)
    notes.push({ code: 'content-ignored', at: `${AT} (unnamed leads)` })
  return STORED_ORDER
}

function later(start: ClinicalTime | undefined, seconds: number): { startedAt?: ClinicalTime } {
  if (!start?.instant) return {}
  return { startedAt: { ...start, instant: new Date(Date.parse(start.instant) + seconds * 1000).toISOString() } }
}
