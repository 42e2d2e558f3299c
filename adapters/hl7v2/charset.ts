import { isAscii } from 'node:buffer'
import { AppError } from '../../core/errors/app-error.ts'
import { decodingTable, encodingTable } from './charset-tables.ts'

/**
 * HL7 table 0211 (MSH-18) to what decodes it. 'table' sets are single-byte: bytes 0x80-0x9F are the C1 controls there,
 * where the WHATWG labels of TextDecoder would read windows-1252, -1254 and -874 instead (8859/1, /9 and /11).
 */
type Decoding =
  | { kind: 'ascii' }
  | { kind: 'utf-8' }
  | { kind: 'table'; label: string }
  | { kind: 'multibyte'; label: string }

export interface Charset {
  /** The spelling of table 0211 that we emit. */
  name: string
  decoding: Decoding
}

const TABLE_0211: readonly Charset[] = [
  { name: 'ASCII', decoding: { kind: 'ascii' } },
  { name: 'UNICODE UTF-8', decoding: { kind: 'utf-8' } },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15].map(
    (part): Charset => ({ name: `8859/${part}`, decoding: { kind: 'table', label: `iso-8859-${part}` } })
  ),
  { name: 'GB 18030-2000', decoding: { kind: 'multibyte', label: 'gb18030' } },
  { name: 'BIG-5', decoding: { kind: 'multibyte', label: 'big5' } },
  { name: 'KS X 1001', decoding: { kind: 'multibyte', label: 'euc-kr' } },
  { name: 'ISO IR87', decoding: { kind: 'multibyte', label: 'iso-2022-jp' } },
  { name: 'SHIFT_JIS', decoding: { kind: 'multibyte', label: 'shift_jis' } }
]

const BY_NAME = new Map(TABLE_0211.map((charset): [string, Charset] => [charset.name, charset]))

/** Spellings met in the field, upper case without blanks, underscores and hyphens. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ASCII: 'ASCII',
  USASCII: 'ASCII',
  ISOIR6: 'ASCII',
  UNICODEUTF8: 'UNICODE UTF-8',
  UTF8: 'UNICODE UTF-8',
  // Without an encoding form; the bytes of 'MSH' were one each, so it cannot be UTF-16.
  UNICODE: 'UNICODE UTF-8',
  GB180302000: 'GB 18030-2000',
  GB18030: 'GB 18030-2000',
  BIG5: 'BIG-5',
  KSX1001: 'KS X 1001',
  ISOIR149: 'KS X 1001',
  ISOIR87: 'ISO IR87',
  ISOIR14: 'ISO IR87',
  JISX02021990: 'ISO IR87',
  SHIFTJIS: 'SHIFT_JIS'
}

/**
 * The character set that MSH-18 names. Several repetitions ('ASCII~ISO IR87') name code extensions; the last one that
 * is not ASCII decodes them all, since every set here holds ASCII.
 *
 * @returns undefined when `text` is empty
 * @throws AppError HL7_CHARSET_UNKNOWN (UTF-16 and UTF-32 are not read: their bytes cannot pass MLLP framing)
 */
export function findCharset(text: string): Charset | undefined {
  if (text === '') return undefined
  const exact = BY_NAME.get(text)
  if (exact) return exact
  const names = text
    .split('~')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '""')
  const found = names.map((name) => {
    const key = name.toUpperCase().replace(/[\s_-]/g, '')
    const part = /^(?:ISO)?8859\/?(\d{1,2})$/.exec(key)?.[1]
    const spelt = part ? `8859/${Number(part)}` : SPELLINGS[key]
    const charset = TABLE_0211.find((candidate) => candidate.name === spelt)
    if (!charset) throw new AppError('HL7_CHARSET_UNKNOWN', { at: 'MSH-18' })
    return charset
  })
  return found.findLast((charset) => charset.decoding.kind !== 'ascii') ?? found[0]
}

export const MULTIBYTE: readonly Charset[] = TABLE_0211.filter((charset) => charset.decoding.kind === 'multibyte')

export interface DecodedText {
  text: string
  charset: Charset
  /** 'charset-invalid-bytes' | 'charset-assumed': see `decodeBytes`. */
  leniencies: string[]
}

/**
 * Text of the bytes in one character set. Never throws: what cannot be decoded becomes U+FFFD and is reported as
 * 'charset-invalid-bytes' (the raw bytes stay with the caller; a name with U+FFFD matches nobody by accident).
 */
export function decodeAs(bytes: Uint8Array, charset: Charset): DecodedText {
  const text =
    charset.decoding.kind === 'table' ? decodeTable(bytes, charset.decoding.label) : decodeOther(bytes, charset)
  const lossy = text.includes('\ufffd')
  return { text, charset, leniencies: lossy ? ['charset-invalid-bytes'] : [] }
}

/**
 * Text of bytes whose MSH-18 is empty or `ASCII`. 7-bit bytes are plain ASCII. For others: the feed's default set when
 * one is configured; else UTF-8 when the bytes are valid UTF-8; else 8859/1. The last two are reported as
 * 'charset-assumed', because a sender that says ASCII and sends an umlaut has to be asked.
 */
export function decodeUndeclared(bytes: Uint8Array, defaultCharset: Charset | undefined): DecodedText {
  if (isAscii(bytes)) return { text: latin1(bytes), charset: defaultCharset ?? ascii, leniencies: [] }
  if (defaultCharset && defaultCharset.decoding.kind !== 'ascii') return decodeAs(bytes, defaultCharset)
  const asUtf8 = decodeAs(bytes, utf8)
  const chosen = asUtf8.leniencies.length === 0 ? asUtf8 : decodeAs(bytes, named('8859/1'))
  return { ...chosen, leniencies: ['charset-assumed'] }
}

/**
 * Bytes of the text in a character set, so that an answer comes in the set of the question.
 *
 * @returns the bytes, and how many characters have no code in the set and were written as '?'
 */
export function encodeAs(text: string, { decoding }: Charset): { bytes: Uint8Array; substituted: number } {
  if (decoding.kind === 'utf-8') return { bytes: new TextEncoder().encode(text), substituted: 0 }
  if (/^[\x00-\x7f]*$/.test(text)) return { bytes: Buffer.from(text, 'latin1'), substituted: 0 }
  const isJis = decoding.kind === 'multibyte' && decoding.label === 'iso-2022-jp'
  const codes = decoding.kind === 'ascii' ? undefined : encodingTable(decoding.label)
  const bytes: number[] = []
  let substituted = 0
  let inJis = false
  for (const letter of text) {
    const point = letter.codePointAt(0)!
    const code = point < 0x80 ? [point] : codes?.get(letter)
    if (!code) substituted++
    const isDouble = isJis && code?.length === 2
    if (isDouble !== inJis) bytes.push(...(isDouble ? TO_JIS : TO_ASCII))
    inJis = isDouble
    bytes.push(...(code ?? [0x3f]))
  }
  if (inJis) bytes.push(...TO_ASCII)
  return { bytes: Uint8Array.from(bytes), substituted }
}

/** ISO 2022 shifts: ESC $ B to JIS X 0208, ESC ( B back to ASCII. */
const TO_JIS = [0x1b, 0x24, 0x42]
const TO_ASCII = [0x1b, 0x28, 0x42]

const named = (name: string): Charset => TABLE_0211.find((charset) => charset.name === name)!
const ascii = named('ASCII')
const utf8 = named('UNICODE UTF-8')

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

function decodeOther(bytes: Uint8Array, { decoding }: Charset): string {
  if (decoding.kind === 'ascii') return isAscii(bytes) ? latin1(bytes) : latin1(bytes).replace(/[\x80-\xff]/g, '\ufffd')
  // Same replacement rules as TextDecoder (WHATWG), several times faster for short messages.
  if (decoding.kind !== 'multibyte')
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return new TextDecoder(decoding.label, { ignoreBOM: true }).decode(bytes)
}

function decodeTable(bytes: Uint8Array, label: string): string {
  if (label === 'iso-8859-1' || isAscii(bytes)) return latin1(bytes)
  const letters = decodingTable(label)
  return latin1(bytes).replace(/[\xa0-\xff]/g, (byte) => letters[byte.charCodeAt(0)]!)
}
