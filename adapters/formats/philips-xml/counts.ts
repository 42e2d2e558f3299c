import { AppError } from '../../../core/errors/app-error.ts'
import { base64Bytes, int16Counts } from '../../ecg/base64.ts'
import { MAX_SAMPLES } from '../../ecg/channels.ts'
import { numberList } from '../../ecg/number-list.ts'
import { attributeOf, type XmlElement } from '../../ecg/xml/element.ts'
import { limbLeadsFromResiduals } from './limb-residuals.ts'
import { STORED_ORDER } from './signal.ts'
import { unpackXli } from './xli/chunk.ts'

export interface Stored {
  leads: readonly string[]
  /** Samples of a lead; undefined where the file does not say. */
  length: number | undefined
  isSigned: boolean
}

/**
 * Counts of every lead of parsedwaveforms, in the order of `leads`, then those of the channels behind them.
 *
 * parsedwaveforms @dataencoding (Base64 | Plain) @compression or @compressmethod (XLI)
 * XLI: one chunk a channel, III, aVR, aVL and aVF as residuals. Otherwise all samples of one lead after the other.
 *
 * @throws AppError DECODE_FAILED (reasons 'compression', 'data-encoding', 'base64', 'xli'), WAVEFORM_INCONSISTENT (reasons
 *   'channels', 'length'), MESSAGE_TOO_LARGE
 */
export function countsOf(
  parsed: XmlElement,
  { leads, length, isSigned }: Stored
): { counts: Float64Array[]; spare: Float64Array[] } {
  const at = 'parsedwaveforms'
  const refuse = (reason: string): AppError => new AppError('WAVEFORM_INCONSISTENT', { at, reason })
  if (length !== undefined && length * leads.length > MAX_SAMPLES)
    throw new AppError('MESSAGE_TOO_LARGE', { at, reason: 'samples' })
  const encoding = (attributeOf(parsed, 'dataencoding') ?? '').toLowerCase()
  if (isXli(parsed, at)) {
    if (encoding !== 'base64') throw new AppError('DECODE_FAILED', { at, reason: 'data-encoding' })
    const maxSamples = length ?? Math.floor(MAX_SAMPLES / leads.length)
    const channels = unpackXli(base64Bytes(parsed.text, at), { maxChannels: leads.length + MAX_SPARE, maxSamples })
    if (channels.length < leads.length) throw refuse('channels')
    const counts = channels.slice(0, leads.length)
    if (counts.some((values) => values.length !== (length ?? counts[0]!.length))) throw refuse('length')
    const isStandard = STORED_ORDER.slice(0, 6).every((name, n) => leads[n] === name)
    return { counts: isStandard ? limbLeadsFromResiduals(counts) : counts, spare: channels.slice(leads.length) }
  }
  const all = plainCounts(parsed.text, encoding, at, isSigned)
  const each = length ?? all.length / leads.length
  if (!Number.isInteger(each) || each * leads.length > all.length) throw refuse('length')
  return { counts: leads.map((_, n) => all.slice(n * each, (n + 1) * each)), spare: [] }
}

/** Carts allocate up to sixteen channels, of which the last hold nothing but the calibration pulse. */
const MAX_SPARE = 16

function isXli(parsed: XmlElement, at: string): boolean {
  const method = (attributeOf(parsed, 'compression') ?? attributeOf(parsed, 'compressmethod') ?? '').toUpperCase()
  const isPacked =
    attributeOf(parsed, 'compressflag')?.toLowerCase() !== 'false' && !['', 'NONE', 'UNCOMPRESSED'].includes(method)
  if (isPacked && method !== 'XLI') throw new AppError('DECODE_FAILED', { at, reason: 'compression' })
  return isPacked
}

/** Counts without compression: Base64 of 16-bit words, or numbers in words. */
export function plainCounts(text: string, encoding: string, at: string, isSigned = true): Float64Array {
  if (encoding === 'plain') return numberList(text, at, atMost)
  if (encoding !== 'base64') throw new AppError('DECODE_FAILED', { at, reason: 'data-encoding' })
  const bytes = base64Bytes(text, at)
  atMost(bytes.length / 2)
  const counts = int16Counts(bytes, at)
  return isSigned ? counts : counts.map((count) => (count < 0 ? count + 0x10000 : count))
}

function atMost(samples: number): void {
  if (samples > MAX_SAMPLES) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'samples' })
}
