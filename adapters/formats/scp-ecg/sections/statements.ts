import { Cursor } from '../cursor.ts'
import { type Charset, textOf } from '../text.ts'

/** Confirmation, date and time of the report. */
const REPORT_BYTES = 8

/**
 * Section 8, diagnosis in words. EN 1064 section 5.11.
 *
 * content = confirmed u8 | date 4 | time 3 | number of statements u8 | statements: number u8 | length u16 | text
 *
 * @throws AppError DECODE_FAILED (truncated)
 */
export const readTextStatements = (content: Uint8Array, charset: Charset): string[] =>
  statements(content, 'section 8').flatMap((text) => textOf(text, charset) ?? [])

/**
 * Section 11, universal statement codes. EN 1064 section 5.14: as section 8, with a type before each text: 1 codes, 2 words,
 * 3 logic. Codes are kept as they came, their parts joined by blanks.
 *
 * @throws AppError DECODE_FAILED (truncated)
 */
export const readCodedStatements = (content: Uint8Array, charset: Charset): string[] =>
  statements(content, 'section 11').flatMap((statement) => {
    const parts = splitAtZeros(statement.subarray(1)).flatMap((part) => textOf(part, charset) ?? [])
    return parts.length > 0 ? [parts.join(' ')] : []
  })

function statements(content: Uint8Array, at: string): Uint8Array[] {
  const cursor = new Cursor(content, at)
  if (cursor.remaining <= REPORT_BYTES) return []
  cursor.take(REPORT_BYTES)
  return Array.from({ length: cursor.u8() }, () => {
    cursor.u8()
    return cursor.take(cursor.u16())
  })
}

function splitAtZeros(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  let from = 0
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
    parts.push(bytes.subarray(from, end))
    from = end + 1
  }
  return [...parts, bytes.subarray(from)]
}
