import { AppError } from '../../../core/errors/app-error.ts'

/** One annotation of an MIT file (WFDB annot(5)). */
export interface Annotation {
  /** Sample number (frames of the record, unless the file states a rate of its own). */
  at: number
  /** Code 0..49; its mnemonic in `symbol`. */
  code: number
  /** 'N', 'V', '+', '~', '(' ...; '[n]' for a code without mnemonic. */
  symbol: string
  subtype: number
  channel: number
  num: number
  /** Text that belongs to it, as Latin-1 without trailing zeros: '(AFIB'. */
  aux?: string
}

/** Mnemonics of the codes 0 to 41 (WFDB ecgcodes). */
const SYMBOLS: readonly string[] = [
  ' ',
  ...['N', 'L', 'R', 'a', 'V', 'F', 'J', 'A', 'S', 'E', 'j', '/', 'Q', '~'],
  '[15]',
  ...['|', '[17]', 's', 'T', '*', 'D', '"', '=', 'p', 'B', '^', 't', '+', 'u', '?', '!', '[', ']', 'e', 'n', '@'],
  ...['x', 'f', '(', ')', 'r']
]

const LAST_CODE = 49
const SKIP = 59
const NUM = 60
const SUB = 61
const CHN = 62
const AUX = 63

/** Far more marks than a week of beats. */
const MAX_ANNOTATIONS = 2_000_000

export const symbolOf = (code: number): string => SYMBOLS[code] ?? `[${code}]`

/** Code of a mnemonic; undefined for text that is none. */
export function codeOf(symbol: string): number | undefined {
  const code = SYMBOLS.indexOf(symbol)
  return code > 0 ? code : undefined
}

/** Codes that stand for a beat of the heart (WFDB ecgmap.h, `isqrs`, without the flutter wave 31). */
const BEAT_CODES: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 30, 34, 35, 38, 41])
export const isBeat = ({ code }: { code: number }): boolean => BEAT_CODES.has(code)

/**
 * An MIT annotation file (`.atr`, `.qrs`, the lead files of LUDB): 16-bit little-endian words, code in the upper six
 * bits, in the lower ten the samples since the annotation before. SKIP adds 32 bits (high word first), SUB, CHN, NUM and
 * AUX say more of the annotation before; a word of 0 ends the file. `num` and `channel` hold for those that follow too.
 *
 * @throws AppError DECODE_FAILED reason `annotations` (cut off, unknown pseudo code, time before 0, too many)
 * @example readAnnotations(Uint8Array.of(0x12, 0x04, 0, 0)) // [{ at: 18, symbol: 'N', ... }]
 */
export function readAnnotations(bytes: Uint8Array): Annotation[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out: Annotation[] = []
  let time = 0
  let channel = 0
  let num = 0
  let at = 0
  while (at + 2 <= bytes.length) {
    const word = view.getUint16(at, true)
    at += 2
    if (word === 0) return out
    const code = word >> 10
    const value = word & 0x3ff
    const last = out.at(-1)
    if (code <= LAST_CODE) {
      time += value
      if (time < 0 || out.length >= MAX_ANNOTATIONS) throw broken(at)
      if (code > 0) out.push({ at: time, code, symbol: symbolOf(code), subtype: 0, channel, num })
    } else if (code === SKIP) {
      if (at + 4 > bytes.length) throw broken(at)
      time += (view.getInt16(at, true) << 16) | view.getUint16(at + 2, true)
      at += 4
    } else if (code === AUX) {
      if (!last || at + value > bytes.length) throw broken(at)
      last.aux = Buffer.from(bytes.subarray(at, at + value))
        .toString('latin1')
        .replace(/\0+$/, '')
      at += value + (value % 2)
    } else {
      if (!last || code < SKIP) throw broken(at)
      const signed = (value << 24) >> 24
      if (code === SUB) last.subtype = signed
      else if (code === CHN) last.channel = channel = value & 0xff
      else last.num = num = signed
    }
  }
  // Some writers leave the last word out.
  if (at !== bytes.length) throw broken(at)
  return out
}

/** What is written of an annotation; left out: 0. */
export type WrittenAnnotation = Pick<Annotation, 'at' | 'code'> &
  Partial<Pick<Annotation, 'subtype' | 'channel' | 'num' | 'aux'>>

/**
 * The inverse of `readAnnotations`. Annotations rise in time.
 * @throws AppError WAVEFORM_INCONSISTENT reason `annotations` when they fall in time or a field does not fit
 */
export function writeAnnotations(annotations: readonly WrittenAnnotation[]): Uint8Array {
  const words: number[] = []
  const push = (code: number, value: number): void => {
    words.push((code << 10) | (value & 0x3ff))
  }
  let time = 0
  let lastChannel = 0
  let lastNum = 0
  for (const [index, { at, code, subtype = 0, channel = 0, num = 0, aux = '' }] of annotations.entries()) {
    const step = at - time
    const text = Buffer.from(aux, 'latin1')
    const fits = Number.isInteger(at) && step >= 0 && step <= 0x7fff_ffff && code >= 1 && code <= LAST_CODE
    if (!fits || text.length > 255) {
      throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'annotations', at: `annotation ${index + 1}` })
    }
    if (step > 0x3ff) {
      push(SKIP, 0)
      words.push((step >>> 16) & 0xffff, step & 0xffff)
      push(code, 0)
    } else push(code, step)
    if (subtype !== 0) push(SUB, subtype & 0xff)
    if (channel !== lastChannel) push(CHN, channel & 0xff)
    if (num !== lastNum) push(NUM, num & 0xff)
    if (text.length > 0) {
      push(AUX, text.length)
      for (let i = 0; i < text.length; i += 2) words.push(text[i]! | ((text[i + 1] ?? 0) << 8))
    }
    time = at
    lastChannel = channel
    lastNum = num
  }
  words.push(0)
  return new Uint8Array(Uint16Array.from(words).buffer)
}

const broken = (at: number): AppError => new AppError('DECODE_FAILED', { reason: 'annotations', at: `byte ${at}` })
