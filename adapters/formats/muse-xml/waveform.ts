import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Lead, Waveform } from '../../../core/waveform.ts'
import { base64Bytes, int16Counts } from '../../ecg/base64.ts'
import { type EcgChannel, MAX_CHANNELS, sampleBudget, waveformOf } from '../../ecg/channels.ts'
import { filled } from '../../ecg/filled.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { derivedLimbLeads } from '../../ecg/limb-leads.ts'
import { perMillivolt } from '../../ecg/voltage.ts'
import { childrenOf, numberOf, textAt, type XmlElement } from '../../ecg/xml/element.ts'

const KINDS: Readonly<Record<string, Waveform['kind']>> = { rhythm: 'rhythm', median: 'median-beat' }

/** A document holds a median beat and a rhythm recording. */
const MAX_WAVEFORMS = 16

/**
 * Waveform = WaveformType (Rhythm | Median) | SampleType | SampleBase | SampleExponent | HighPassFilter | LowPassFilter
 *            | ACFilter | LeadData+
 *
 * The rate is SampleBase x 10^SampleExponent Hz. Where I and II are there, III, aVR, aVL and aVF are made of them and marked
 * derived: exports hold the eight independent leads.
 *
 * @throws AppError WAVEFORM_INCONSISTENT (reasons 'rate', 'sample-type', 'sample-size', 'lead-offset', 'length', 'odd-bytes',
 *   'no-samples', 'lead-twice', 'waveforms'), UNIT_UNKNOWN, LEAD_UNKNOWN, DECODE_FAILED (reason 'base64'), MESSAGE_TOO_LARGE
 */
export function museWaveforms(root: XmlElement, acquiredAt: ClinicalTime | undefined, notes: DecodeNote[]): Waveform[] {
  const elements = childrenOf(root, 'Waveform')
  if (elements.length > MAX_WAVEFORMS)
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'Waveform', reason: 'waveforms' })
  const count = sampleBudget()
  return elements.map((element, n) => {
    const at = `Waveform[${n + 1}]`
    const kind = KINDS[textAt(element, 'WaveformType')?.toLowerCase() ?? ''] ?? 'other'
    const type = textAt(element, 'SampleType') ?? 'CONTINUOUS_SAMPLES'
    if (type !== 'CONTINUOUS_SAMPLES') throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'sample-type' })
    const leads = childrenOf(element, 'LeadData')
    if (leads.length > MAX_CHANNELS) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'channels' })
    const filters = filtersOf(element)
    const channels = leads.map((lead, m) => channelOf(lead, `${at}/LeadData[${m + 1}]`, { filters, count, notes }))
    const off = leads
      .filter((lead) => textAt(lead, 'LeadOff')?.toUpperCase() === 'TRUE')
      .map((lead) => textAt(lead, 'LeadID'))
    return waveformOf(
      withLimbLeads(channels, count),
      {
        kind,
        rateHz: rateOf(element, at),
        ...(kind === 'rhythm' && acquiredAt?.instant ? { startedAt: acquiredAt } : {}),
        facts: off.length > 0 ? { 'lead off': off.join(' ') } : {}
      },
      at
    )
  })
}

function rateOf(waveform: XmlElement, at: string): number {
  const base = numberOf(textAt(waveform, 'SampleBase'))
  const exponent = numberOf(textAt(waveform, 'SampleExponent')) ?? 0
  if (base === undefined || !Number.isInteger(exponent))
    throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'rate' })
  return exponent < 0 ? base / 10 ** -exponent : base * 10 ** exponent
}

/**
 * HighPassFilter in hundredths of a hertz where it is a whole number (5 = 0.05 Hz, 16 = 0.16 Hz), LowPassFilter in Hz,
 * ACFilter 50, 60 or NONE. That hundredths are meant follows from the values met in public descriptions (5, 16): a diagnostic ECG
 * is never high-passed at 5 Hz. To confirm with a real export.
 */
function filtersOf(waveform: XmlElement): Lead['filters'] {
  const positive = (name: string): number | undefined => {
    const value = numberOf(textAt(waveform, name))
    return value !== undefined && value > 0 ? value : undefined
  }
  const high = positive('HighPassFilter')
  return filled({
    lowHz: high !== undefined && Number.isInteger(high) ? high / 100 : high,
    highHz: positive('LowPassFilter'),
    notchHz: positive('ACFilter')
  })
}

interface LeadContext {
  filters: Lead['filters']
  count(samples: number): void
  notes: DecodeNote[]
}

/**
 * LeadData = LeadID | LeadSampleCountTotal | LeadAmplitudeUnitsPerBit | LeadAmplitudeUnits | LeadSampleSize (2)
 *            | LeadTimeOffset, LeadOffsetFirstSample (0) | LeadDataCRC32 (not checked: how it is made is not published)
 *            | WaveFormData: base64 of signed 16-bit words, low byte first
 */
function channelOf(lead: XmlElement, at: string, { filters, count }: LeadContext): EcgChannel {
  const refuse = (reason: string): AppError => new AppError('WAVEFORM_INCONSISTENT', { at, reason })
  const perBit = numberOf(textAt(lead, 'LeadAmplitudeUnitsPerBit'))
  const per = perMillivolt(textAt(lead, 'LeadAmplitudeUnits'))
  if (perBit === undefined || perBit === 0 || per === undefined) throw new AppError('UNIT_UNKNOWN', { at })
  if ((numberOf(textAt(lead, 'LeadSampleSize')) ?? 2) !== 2) throw refuse('sample-size')
  // Leads that begin at different times would lie beside each other wrongly.
  for (const name of ['LeadTimeOffset', 'LeadOffsetFirstSample']) {
    if ((numberOf(textAt(lead, name)) ?? 0) !== 0) throw refuse('lead-offset')
  }
  const bytes = base64Bytes(textAt(lead, 'WaveFormData') ?? '', `${at}/WaveFormData`)
  count(bytes.length / 2)
  const stated = numberOf(textAt(lead, 'LeadSampleCountTotal'))
  if (stated !== undefined && stated * 2 !== bytes.length) throw refuse('length')
  return {
    lead: ecgLead(textAt(lead, 'LeadID') ?? '', { resolution: Math.abs(perBit) / per, filters }, at),
    millivolts: int16Counts(bytes, at).map((value) => (value * perBit) / per)
  }
}

/** The limb leads behind I and II, those that the file leaves out made of the two. */
function withLimbLeads(channels: readonly EcgChannel[], count: (samples: number) => void): EcgChannel[] {
  const named = (name: string): EcgChannel | undefined => channels.find(({ lead }) => lead.name === name)
  const [one, two] = [named('I'), named('II')]
  if (!one || !two) return [...channels]
  const present = new Set(channels.map(({ lead }) => lead.name))
  const derived = derivedLimbLeads(one, two, present)
  for (const { millivolts } of derived) count(millivolts.length)
  const limb = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF']
  const all = [...channels, ...derived]
  const place = ({ lead }: EcgChannel): number => (limb.includes(lead.name) ? limb.indexOf(lead.name) : limb.length)
  return all.toSorted((a, b) => place(a) - place(b))
}
