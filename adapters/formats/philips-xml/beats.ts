import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { MAX_CHANNELS, waveformOf } from '../../ecg/channels.ts'
import { attributeOf, childrenOf, elementAt, numberOf, type XmlElement } from '../../ecg/xml/element.ts'
import { plainCounts } from './counts.ts'
import { channelOf } from './rhythm.ts'

/**
 * The representative beat of each lead as one median-beat waveform.
 *
 * repbeats @dataencoding @samplespersec @resolution = repbeat* @leadname : counts (1.03) | waveform : counts (1.04)
 *
 * Rate and resolution are the rhythm's where they are not stated. Compressed beats are left out and noted: no public reader
 * knows how they are packed.
 * @throws AppError WAVEFORM_INCONSISTENT, DECODE_FAILED, LEAD_UNKNOWN
 */
export function representativeBeat(
  root: XmlElement,
  rhythm: Waveform | undefined,
  notes: DecodeNote[]
): Waveform | undefined {
  const at = 'repbeats'
  const holder = elementAt(root, 'waveforms', at)
  const beats = childrenOf(holder, 'repbeat')
  if (beats.length === 0) return undefined
  if (beats.length > MAX_CHANNELS) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'channels' })
  if (attributeOf(holder, 'compression')) {
    notes.push({ code: 'content-ignored', at })
    return undefined
  }
  const rateHz =
    numberOf(attributeOf(holder, 'samplespersec') ?? attributeOf(holder, 'samplespersecond')) ?? rhythm?.rateHz
  const microvolts = numberOf(attributeOf(holder, 'resolution')) ?? (rhythm?.leads[0]?.resolution ?? Number.NaN) * 1000
  if (rateHz === undefined) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'rate' })
  if (!(microvolts > 0)) throw new AppError('UNIT_UNKNOWN', { at })
  const encoding = (attributeOf(holder, 'dataencoding') ?? 'base64').toLowerCase()
  const channels = beats.map((beat) => {
    const counts = plainCounts((elementAt(beat, 'waveform') ?? beat).text, encoding, at)
    return channelOf(attributeOf(beat, 'leadname') ?? '', counts, { rateHz, microvolts, zero: 0, isSigned: true })
  })
  return waveformOf(channels, { kind: 'median-beat', rateHz }, at)
}
