import { AppError } from '../../../core/errors/app-error.ts'
import type { Lead } from '../../../core/waveform.ts'
import { filled } from '../../ecg/filled.ts'
import { attributeOf, elementAt, numberOf, textAt, type XmlElement } from '../../ecg/xml/element.ts'

/** How the counts of a group of waveforms are to be taken. */
export interface Signal {
  rateHz: number
  /** Microvolts of one count. */
  microvolts: number
  /** Count that stands for 0 V. */
  zero: number
  isSigned: boolean
  filters?: Lead['filters']
}

/** Leads in the order in which the carts store them where they do not name them. */
export const STORED_ORDER = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const

export const signalElement = (root: XmlElement): XmlElement | undefined =>
  elementAt(root, 'dataacquisition', 'signalcharacteristics')

/**
 * parsedwaveforms @samplespersecond @resolution @signaloffset @signalsigned @bitspersample @hipass @lowpass (1.04), else
 * signalcharacteristics = samplingrate | resolution or signalresolution | signaloffset | signalsigned | bitspersample
 *                         | signalbandwidth 'low-high' (1.03) | hipass | lowpass
 *
 * The resolution is microvolts a count: README, 'How the decoding was established'.
 * @throws AppError UNIT_UNKNOWN without a resolution, WAVEFORM_INCONSISTENT (reasons 'rate', 'bits')
 */
export function signalOf(root: XmlElement, parsed: XmlElement): Signal {
  const general = signalElement(root)
  const said = (...names: string[]): string | undefined =>
    names.map((name) => attributeOf(parsed, name)).find(Boolean) ??
    names.map((name) => textAt(general, name)).find(Boolean)
  const rateHz = numberOf(said('samplespersecond', 'samplingrate'))
  const microvolts = numberOf(said('resolution', 'signalresolution'))
  const bits = numberOf(said('bitspersample', 'nbitspersample')) ?? 16
  const at = 'parsedwaveforms'
  if (rateHz === undefined || !(rateHz > 0) || rateHz > 100_000)
    throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'rate' })
  if (microvolts === undefined || !(microvolts > 0)) throw new AppError('UNIT_UNKNOWN', { at })
  if (bits !== 16) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'bits' })
  const filters = filtersOf(said)
  return {
    rateHz,
    microvolts,
    zero: numberOf(said('signaloffset')) ?? 0,
    isSigned: said('signalsigned')?.toLowerCase() !== 'false',
    ...(filters ? { filters } : {})
  }
}

function filtersOf(said: (...names: string[]) => string | undefined): Lead['filters'] {
  const band = /^([\d.]{1,8})-([\d.]{1,8})$/.exec(said('signalbandwidth') ?? '')
  const positive = (text: string | undefined): number | undefined => {
    const hertz = numberOf(text)
    return hertz !== undefined && hertz > 0 ? hertz : undefined
  }
  const isNotched = said('notchfiltered')?.toLowerCase() === 'true'
  return filled({
    lowHz: positive(said('hipass') ?? band?.[1]),
    highHz: positive(said('lowpass') ?? band?.[2]),
    notchHz: isNotched ? positive(said('notchfilterfreqs')) : undefined
  })
}
