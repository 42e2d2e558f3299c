import { AppError } from '../../../../core/errors/app-error.ts'
import type { Lead, Waveform } from '../../../../core/waveform.ts'
import { leadByName } from '../../../../fhir-profiles/index.ts'
import { decimalText } from '../../../ecg/decimal.ts'
import { perMillivolt } from '../../../ecg/voltage.ts'
import { type Markup, xmlElement } from '../../../ecg/xml/write.ts'
import { actCode, mdcCode } from './codes.ts'
import { timeText } from './time-text.ts'

/**
 * Components of a series that hold its samples: one sequence set, or, since digits know no missing value, one for every
 * stretch between the ends of gaps, with the leads that have samples there.
 *
 * @param start of the series; absent for a series on a clock of its own (a median beat)
 * @throws AppError WAVEFORM_INCONSISTENT (reasons 'resolution', 'unit')
 */
export function sequenceSets(waveform: Waveform, start?: Date): Markup[] {
  const stretches = stretchesOf(waveform)
  return stretches.flatMap(([from, to]) => {
    const leads = waveform.leads.flatMap((lead, n) => {
      const samples = waveform.samples[n]!.subarray(from, to)
      return samples.length === 0 || Number.isNaN(samples[0]) ? [] : [leadSequence(lead, samples)]
    })
    if (leads.length === 0) return []
    // Stretches are counted in seconds from the series' start: an instant to the millisecond would leave the sampling grid.
    const time =
      start && stretches.length === 1 ? absoluteTime(start, waveform.rateHz) : relativeTime(from, waveform.rateHz)
    return [xmlElement('component', {}, xmlElement('sequenceSet', {}, sequence(time), ...leads.map(sequence)))]
  })
}

const sequence = (content: Markup): Markup => xmlElement('component', {}, xmlElement('sequence', {}, content))

/** Half-open ranges within which no gap begins or ends. */
function stretchesOf({ samples, gaps }: Waveform): [number, number][] {
  const ends = [0, samples[0]?.length ?? 0, ...gaps.flatMap(({ from, to }) => [from, to])]
  const sorted = [...new Set(ends)].sort((a, b) => a - b)
  return sorted.slice(1).map((to, n) => [sorted[n]!, to])
}

const increment = (rateHz: number): Markup => xmlElement('increment', { value: String(1 / rateHz), unit: 's' })

const absoluteTime = (start: Date, rateHz: number): Markup =>
  actCode('TIME_ABSOLUTE') +
  xmlElement('value', { 'xsi:type': 'GLIST_TS' }, xmlElement('head', { value: timeText(start) }), increment(rateHz))

const relativeTime = (from: number, rateHz: number): Markup =>
  actCode('TIME_RELATIVE') +
  xmlElement(
    'value',
    { 'xsi:type': 'GLIST_PQ' },
    xmlElement('head', { value: decimalText(from / rateHz), unit: 's' }),
    increment(rateHz)
  )

function leadSequence(lead: Lead, samples: Float64Array): Markup {
  const per = perMillivolt(lead.unit)
  if (per === undefined) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'unit' })
  if (!(lead.resolution > 0)) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'resolution' })
  const scale = decimalText((lead.resolution / per) * 1000)
  const digits: string[] = new Array(samples.length)
  for (const [n, sample] of samples.entries()) digits[n] = String(Math.round(sample / lead.resolution) || 0)
  return (
    mdcCode(leadByName(lead.name)?.aecg ?? `MDC_ECG_LEAD_${lead.name.toUpperCase()}`) +
    xmlElement(
      'value',
      { 'xsi:type': 'SLIST_PQ' },
      xmlElement('origin', { value: '0', unit: 'uV' }),
      xmlElement('scale', { value: scale, unit: 'uV' }),
      xmlElement('digits', {}, digits.join(' '))
    )
  )
}
