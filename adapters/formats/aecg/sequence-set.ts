import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Lead } from '../../../core/waveform.ts'
import { type EcgChannel, rateOfInterval } from '../../ecg/channels.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { numberList } from '../../ecg/number-list.ts'
import { perMillivolt } from '../../ecg/voltage.ts'
import { attributeOf, childrenOf, elementAt, numberOf, type XmlElement } from '../../ecg/xml/element.ts'
import { type AecgClock, secondsOf } from './time.ts'

/** Sequences recorded at the same instants. */
export interface SequenceSet {
  rateHz: number
  /** Absolute start, where the set says one. */
  startedAt?: ClinicalTime
  /** Start in seconds on the series' own clock, where the set counts from it. */
  startSeconds?: number
  channels: EcgChannel[]
}

export interface SequenceContext {
  clock: AecgClock
  filters: Lead['filters']
  count(samples: number): void
  notes: DecodeNote[]
}

/**
 * sequenceSet = component+ : sequence
 * sequence = code (TIME_ABSOLUTE | TIME_RELATIVE | MDC_ECG_LEAD_*) | value
 * value = GLIST<TS> | GLIST<PQ> : head | increment PQ                       instants of a time sequence
 *       | SLIST<PQ> : origin PQ | scale PQ | digits                        voltage = digit x scale + origin
 *
 * @returns undefined for a set without a lead
 * @throws AppError WAVEFORM_INCONSISTENT (reasons 'time-sequence', 'irregular-time', 'digits', 'scale'), UNIT_UNKNOWN,
 *   LEAD_UNKNOWN, MESSAGE_TOO_LARGE
 */
export function readSequenceSet(set: XmlElement, at: string, context: SequenceContext): SequenceSet | undefined {
  const channels: EcgChannel[] = []
  let time: Omit<SequenceSet, 'channels'> | undefined
  for (const [index, component] of childrenOf(set, 'component').entries()) {
    const sequence = elementAt(component, 'sequence')
    const code = attributeOf(elementAt(sequence, 'code'), 'code') ?? ''
    const value = elementAt(sequence, 'value')
    const where = `${at}/sequence[${index + 1}]`
    if (code.startsWith('TIME_')) time = timeOf(code, value, where, context.clock)
    else if (!code.startsWith('MDC_ECG_LEAD_') || !value || attributeOf(value, 'nullFlavor')) {
      context.notes.push({ code: 'content-ignored', at: where })
    } else channels.push(channelOf(code, value, where, context))
  }
  if (channels.length === 0) return undefined
  if (!time) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'time-sequence' })
  return { ...time, channels }
}

function timeOf(
  code: string,
  value: XmlElement | undefined,
  at: string,
  clock: AecgClock
): Omit<SequenceSet, 'channels'> {
  const increment = elementAt(value, 'increment')
  if (!increment) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'irregular-time' })
  const seconds = secondsOf(increment)
  if (seconds === undefined) throw new AppError('UNIT_UNKNOWN', { at: `${at}/increment` })
  if (!(seconds > 0)) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'rate' })
  const head = elementAt(value, 'head')
  const rateHz = rateOfInterval(seconds)
  if (code !== 'TIME_ABSOLUTE') return { rateHz, startSeconds: secondsOf(head) }
  const startedAt = clock(attributeOf(head, 'value'))
  return { rateHz, ...(startedAt ? { startedAt } : {}) }
}

function channelOf(code: string, value: XmlElement, at: string, { filters, count }: SequenceContext): EcgChannel {
  const digits = elementAt(value, 'digits')
  if (!digits) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'digits' })
  const scale = voltageOf(elementAt(value, 'scale'), `${at}/scale`)
  const originElement = elementAt(value, 'origin')
  const origin = originElement ? voltageOf(originElement, `${at}/origin`) : { value: 0, per: scale.per }
  if (scale.value === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'scale' })
  // The origin in units of the scale, so that one division gives the same doubles as other containers of the same steps.
  const offset = origin.per === scale.per ? origin.value : (origin.value / origin.per) * scale.per
  return {
    lead: ecgLead(code, { resolution: Math.abs(scale.value) / scale.per, filters }, at),
    millivolts: numberList(digits.text, at, count).map((digit) => (digit * scale.value + offset) / scale.per)
  }
}

/** A PQ of electric potential. @throws AppError UNIT_UNKNOWN */
function voltageOf(quantity: XmlElement | undefined, at: string): { value: number; per: number } {
  const value = numberOf(attributeOf(quantity, 'value'))
  const per = perMillivolt(attributeOf(quantity, 'unit'))
  if (value === undefined || per === undefined) throw new AppError('UNIT_UNKNOWN', { at })
  return { value, per }
}
