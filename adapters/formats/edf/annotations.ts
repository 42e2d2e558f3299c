import { AppError } from '../../../core/errors/app-error.ts'
import { withoutEnding } from '../../../core/text-end.ts'

export interface Annotation {
  /** Seconds after the start of the file. */
  onset: number
  seconds?: number
  text: string
}

export interface RecordAnnotations {
  /** Onset of the data record, s: the first annotation of the first annotation signal, whose text is empty. */
  start?: number
  annotations: Annotation[]
  /** Lists whose onset or duration is no number. */
  broken: number
}

const END_OF_TEXT = 0x14
const DURATION = 0x15
const ONSET = /^[+-]\d{1,12}(?:\.\d{1,9})?$/
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/

/**
 * Time-stamped annotation lists of one data record, EDF+ section 2.2: onset [21 duration] 20 text 20 ... 20 0.
 * Times are text with a sign and a point; texts are UTF-8, one with bytes that are none is read with replacement characters.
 *
 * @example readAnnotations(Buffer.from('+0\x14\x14\0+2.5\x151\x14Noise\x14\0')).annotations // [{ onset: 2.5, seconds: 1, text: 'Noise' }]
 */
export function readAnnotations(bytes: Uint8Array): RecordAnnotations {
  const found: RecordAnnotations = { annotations: [], broken: 0 }
  let isFirst = true
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(0, at)
    const end = next < 0 ? bytes.length : next
    if (end > at) {
      readList(bytes.subarray(at, end), isFirst, found)
      isFirst = false
    }
    at = end + 1
  }
  return found
}

function readList(list: Uint8Array, isFirst: boolean, found: RecordAnnotations): void {
  const parts = split(list, END_OF_TEXT)
  const [time, duration] = split(parts[0]!, DURATION).map((part) => Buffer.from(part).toString('latin1'))
  if (
    !ONSET.test(time!) ||
    (duration !== undefined && duration !== '' && !SECONDS.test(duration)) ||
    parts.length < 2
  ) {
    found.broken++
    return
  }
  const onset = Number(time)
  const texts = parts.slice(1).map((part) => new TextDecoder().decode(part).trim())
  if (isFirst && texts[0] === '') found.start = onset
  for (const text of texts.filter(Boolean))
    found.annotations.push({ onset, ...(duration ? { seconds: Number(duration) } : {}), text })
}

function split(bytes: Uint8Array, mark: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  let from = 0
  for (let end = bytes.indexOf(mark); end >= 0; end = bytes.indexOf(mark, from)) {
    parts.push(bytes.subarray(from, end))
    from = end + 1
  }
  return [...parts, bytes.subarray(from)]
}

/** One list as bytes. @throws AppError WAVEFORM_INCONSISTENT (annotation) for a text that holds a mark of the grammar */
export function writeAnnotation({ onset, seconds, text }: Annotation): Buffer {
  if (/[\x00\x14\x15]/.test(text)) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'annotation' })
  const duration = seconds === undefined ? '' : `\x15${secondsText(seconds)}`
  return Buffer.from(`${onset < 0 ? '-' : '+'}${secondsText(Math.abs(onset))}${duration}\x14${text}\x14\0`)
}

/** Up to nine decimals, no exponent. */
export const secondsText = (seconds: number): string => withoutEnding(withoutEnding(seconds.toFixed(9), '0'), '.')
