import { decodeAs, findCharset } from './charset.ts'
import type { Hl7Message } from './message.ts'
import { parseMessage } from './parse.ts'

/**
 * The MSH alone, for answering and naming a message whose rest could not be read. A character set that is not known is
 * read as 8859/1, which gives every byte back as it came.
 *
 * @returns undefined when there is no readable MSH
 */
export function parseHeader(bytes: Uint8Array): Hl7Message | undefined {
  const line = headerLine(bytes)
  try {
    return parseMessage(line)
  } catch {
    return withoutCharset(line)
  }
}

/** Offset behind the first segment and its line end: where the body of the duplicate key begins. */
export function bodyOffset(bytes: Uint8Array): number {
  let at = headerStart(bytes)
  while (at < bytes.length && bytes[at] !== 0x0d && bytes[at] !== 0x0a) at++
  if (bytes[at] === 0x0d) at++
  if (bytes[at] === 0x0a) at++
  return Math.min(at, bytes.length)
}

/** No MSH is longer: its 25 fields have at most some hundred letters each. */
const MAX_HEADER_BYTES = 64 * 1024

function headerStart(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at
}

function headerLine(bytes: Uint8Array): Uint8Array {
  const start = headerStart(bytes)
  let end = start
  while (end < bytes.length && bytes[end] !== 0x0d && bytes[end] !== 0x0a && end - start < MAX_HEADER_BYTES) end++
  return bytes.subarray(start, end)
}

function withoutCharset(line: Uint8Array): Hl7Message | undefined {
  const text = decodeAs(line, findCharset('8859/1')!).text
  const fields = text.split(text[3] ?? '|')
  if (fields.length > 17) fields[17] = '8859/1'
  try {
    return parseMessage(Buffer.from(fields.join(text[3]), 'latin1'))
  } catch {
    return undefined
  }
}
