/**
 * Field model of HL7 v2 messages: bytes to segments, fields, repetitions, components, sub-components as text.
 *
 * The project's HL7 library, `hl7v2` 1.8.0, is not beneath this file, because what the formats need is the text as it
 * was sent, and the library was seen to change it (library-faults.test.ts holds each of these true and fails when a
 * later version has cured it): a time that ends in 00 seconds loses them, '-0500' loses its sign, '2023' becomes
 * 20230101; `8859/1` letters are garbled; LF-separated text is one segment; an unknown escape loses its marks. Also a
 * value that is wholly \Xhh\ becomes a Buffer, and each of the 10,000 samples of an NA becomes an object of its own.
 * It is the second opinion: hl7v2-agreement.test.ts compares both readings on every field of the data folder.
 */
import { isAscii } from 'node:buffer'
import { AppError } from '../../core/errors/app-error.ts'
import { type Charset, decodeAs, decodeUndeclared, findCharset, MULTIBYTE } from './charset.ts'
import { type Delimiters, readDelimiters } from './delimiters.ts'
import type { Hl7Message, Hl7Segment } from './message.ts'
import { createSegment } from './segment.ts'

export type { Hl7Message, Hl7Segment } from './message.ts'

export interface ParseOptions {
  /** Table 0211 name used when MSH-18 is empty or ASCII and the bytes are not 7-bit. */
  defaultCharset?: string
  /** LF or CRLF as segment end (recorded as a leniency). Default true. */
  lenientLineEnds?: boolean
}

const ESC = 0x1b

/** More segments than this are refused before any is made (an 8 h waveform message has some thousands). */
const MAX_SEGMENTS = 100_000

/**
 * Reads one message. The bytes stay the original: this view is never serialised back.
 *
 * @throws AppError HL7_NOT_A_MESSAGE (no MSH; reason 'batch' for FHS / BHS), HL7_CHARSET_UNKNOWN, HL7_DATA_TYPE
 * (delimiters, or reason 'line-end' where LF is not allowed), HL7_SEGMENT_MISSING (reason 'segment-name' for a line that
 * is no segment, 'second-msh'), MESSAGE_TOO_LARGE (reason 'segments')
 */
export function parseMessage(bytes: Uint8Array, options: ParseOptions = {}): Hl7Message {
  const leniencies: string[] = []
  const body = skipLeading(bytes, leniencies)
  const { text, charset, leniencies: charsetLeniencies } = decode(body, options)
  leniencies.push(...charsetLeniencies)
  if (!text.startsWith('MSH')) throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH', reason: 'msh-damaged' })
  const delimiters = readDelimiters(text)
  const lines = splitLines(text, options.lenientLineEnds ?? true, leniencies)
  const segments = lines.map((line, index) => {
    assertSegment(line, index, delimiters)
    return createSegment(line, index, { delimiters, charset })
  })
  const byName = new Map<string, Hl7Segment[]>()
  for (const segment of segments) {
    const list = byName.get(segment.name)
    if (list) list.push(segment)
    else byName.set(segment.name, [segment])
  }
  const msh = segments[0]!
  return {
    segments,
    type: msh.get(9, 1),
    event: msh.get(9, 2),
    structure: msh.get(9, 3),
    controlId: msh.get(10),
    version: msh.get(12),
    processingId: msh.get(11),
    leniencies,
    charset,
    delimiters,
    all: (name) => byName.get(name)?.slice() ?? [],
    first: (name) => byName.get(name)?.[0],
    field: (name, n) => byName.get(name)?.[0]?.get(n) ?? ''
  }
}

function skipLeading(bytes: Uint8Array, leniencies: string[]): Uint8Array {
  let from = 0
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    from = 3
    leniencies.push('byte-order-mark')
  }
  const start = from
  while (bytes[from] === 0x0d || bytes[from] === 0x0a) from++
  if (from > start) leniencies.push('leading-line-ends')
  const name = String.fromCharCode(bytes[from] ?? 0, bytes[from + 1] ?? 0, bytes[from + 2] ?? 0)
  if (name === 'FHS' || name === 'BHS') throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH', reason: 'batch' })
  if (name !== 'MSH') throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH' })
  return from === 0 ? bytes : bytes.subarray(from)
}

/**
 * MSH-18 has to be read before the text can be decoded. In the multi-byte sets the second byte of a letter may be a
 * delimiter ('|' is 0x7C), so a set counts only when MSH-18, read again in the decoded text, still names it.
 */
function decode(bytes: Uint8Array, options: ParseOptions): ReturnType<typeof decodeAs> {
  const header = headerOf(bytes)
  const plain = msh18(Buffer.from(header).toString('latin1'))
  // A header of 7-bit bytes without ISO 2022 shifts reads the same in every set.
  const isPlain = isAscii(header) && !header.includes(ESC)
  for (const charset of isPlain ? [] : MULTIBYTE) {
    const declared = msh18(decodeAs(header, charset).text)
    if (declared && isNamed(declared, charset)) return decodeAs(bytes, charset)
  }
  const declared = findCharset(plain)
  if (declared && declared.decoding.kind !== 'ascii') return decodeAs(bytes, declared)
  return decodeUndeclared(bytes, options.defaultCharset ? findCharset(options.defaultCharset) : undefined)
}

function headerOf(bytes: Uint8Array): Uint8Array {
  let end = 0
  while (end < bytes.length && bytes[end] !== 0x0d && bytes[end] !== 0x0a) end++
  return bytes.subarray(0, end)
}

/** MSH-18 with its repetitions joined by '~'; fields are counted from MSH-1, which is the separator itself. */
function msh18(header: string): string {
  const field = header.split(header[3] ?? '|', 18)[17] ?? ''
  const repetition = header[5] && header[5] !== header[3] ? header[5] : '~'
  return repetition === '~' ? field : field.replaceAll(repetition, '~')
}

function isNamed(text: string, charset: Charset): boolean {
  try {
    return findCharset(text)?.name === charset.name
  } catch {
    return false
  }
}

/**
 * CR ends a segment. Where no CR stands at all, LF does; an LF right behind CR is dropped. A lone LF in a message that
 * has CR is part of the text (notes of laboratories carry them).
 */
function splitLines(text: string, lenient: boolean, leniencies: string[]): string[] {
  const hasCr = text.includes('\r')
  const isLf = !hasCr && text.includes('\n')
  const isCrLf = hasCr && text.includes('\r\n')
  if ((isLf || isCrLf) && !lenient) throw new AppError('HL7_DATA_TYPE', { at: 'MSH', reason: 'line-end' })
  if (isLf) leniencies.push('line-end-lf')
  if (isCrLf) leniencies.push('line-end-crlf')
  const lines = (isCrLf ? text.replaceAll('\r\n', '\r') : text).split(isLf ? '\n' : '\r', MAX_SEGMENTS * 2 + 1)
  const filled = lines.filter((line) => line !== '')
  if (filled.length > MAX_SEGMENTS || lines.length > MAX_SEGMENTS * 2) {
    throw new AppError('MESSAGE_TOO_LARGE', { reason: 'segments' })
  }
  return filled
}

function assertSegment(line: string, index: number, { field }: Delimiters): void {
  const isNamedSegment = /^[A-Z][A-Z0-9]{2}/.test(line) && (line.length === 3 || line[3] === field)
  if (!isNamedSegment) throw new AppError('HL7_SEGMENT_MISSING', { reason: 'segment-name', at: `line ${index + 1}` })
  if (index > 0 && line.startsWith('MSH')) {
    throw new AppError('HL7_SEGMENT_MISSING', { reason: 'second-msh', at: 'MSH(2)' })
  }
}
