import { AppError } from '../../../core/errors/app-error.ts'

/** Encodings that are read; whatever else a declaration names is refused. */
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1'

/** Names in the declaration. ISO 8859-1 is read as such, with its C1 range; US-ASCII is a part of it. */
const DECLARED: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'latin1',
  'iso8859-1': 'latin1',
  latin1: 'latin1',
  'us-ascii': 'latin1',
  ascii: 'latin1'
}

/**
 * The text of an XML document: by its byte order mark, else by the zero bytes of UTF-16, else by its declaration, else
 * UTF-8. XML 1.0 appendix F.
 *
 * @throws AppError DECODE_FAILED (reason 'encoding' for one that is not read, 'encoding-broken' for bytes that are none)
 */
export function decodeXml(bytes: Uint8Array): string {
  const { encoding, start } = markOf(bytes) ?? { encoding: declaredEncoding(bytes), start: 0 }
  const body = bytes.subarray(start)
  if (encoding === 'latin1') return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body)
  } catch {
    throw new AppError('DECODE_FAILED', { reason: 'encoding-broken' })
  }
}

/** The beginning of a text in one of the encodings, read leniently; undefined when the bytes hold zeros as binary does. */
export function peekText(head: Uint8Array): string | undefined {
  const mark = markOf(head)
  if (mark) return new TextDecoder(mark.encoding).decode(head.subarray(mark.start))
  if (head.subarray(0, 4096).includes(0)) return undefined
  return Buffer.from(head.buffer, head.byteOffset, head.length).toString('utf8')
}

/** Whether a text may be an XML document. */
export const beginsXml = (text: string): boolean => text.trimStart().startsWith('<')

function markOf(bytes: Uint8Array): { encoding: Exclude<Encoding, 'latin1'>; start: number } | undefined {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', start: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', start: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', start: 2 }
  if (a === 0x3c && b === 0) return { encoding: 'utf-16le', start: 0 }
  if (a === 0 && b === 0x3c) return { encoding: 'utf-16be', start: 0 }
  return undefined
}

function declaredEncoding(bytes: Uint8Array): Encoding {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  const declaration = /^\s*<\?xml\s[^>]{0,190}/.exec(head)?.[0]
  const name = declaration && /encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(declaration)?.[1]?.toLowerCase()
  if (!name) return 'utf-8'
  // A declaration of UTF-16 that could be read byte by byte is a lie; converters leave it behind.
  if (name.startsWith('utf-16')) return 'utf-8'
  const encoding = Object.hasOwn(DECLARED, name) ? DECLARED[name] : undefined
  if (!encoding) throw new AppError('DECODE_FAILED', { reason: 'encoding' })
  return encoding
}
