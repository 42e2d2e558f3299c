import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { crcCcitt } from './crc-ccitt.ts'
import { Cursor } from './cursor.ts'

/** Bytes before a section's content, and before section 0. */
export const SECTION_HEADER_BYTES = 16
export const RECORD_HEADER_BYTES = 6
const POINTER_BYTES = 10

export interface Section {
  id: number
  /** Version of the section and of the protocol, times ten: 13, 20, 30. */
  version: number
  protocol: number
  content: Uint8Array
}

export interface ScpRecord {
  /** The record without what a file may hold behind it. */
  bytes: Uint8Array
  sections: ReadonlyMap<number, Section>
}

export interface Pointer {
  id: number
  length: number
  /** Place of the section in the record, counted from 0. */
  from: number
}

export interface RecordRules {
  /** Wrong checksums are refused, or noted as a leniency when the feed says so. */
  checksums: 'require' | 'note'
}

/**
 * A record by the standard, EN 1064 sections 5.2 and 5.3, its checksums checked.
 *
 * record    = CRC u16 | size u32 | section 0 | sections in any order
 * section   = CRC u16 | id u16 | length u32 | section version u8 | protocol version u8 | reserved 6 | content
 * section 0 = pointers: id u16 | length u32 (0: absent) | index u32, counted from 1
 *
 * A checksum covers all bytes behind it: of the record to its size, of a section to its length.
 *
 * @throws AppError DECODE_FAILED: 'truncated', 'checksum', 'section-header', 'pointer', 'record-size'
 */
export function readRecord(body: Uint8Array, rules: RecordRules, notes: DecodeNote[]): ScpRecord {
  const head = new Cursor(body, 'record')
  const crc = head.u16()
  const size = head.u32()
  if (size < RECORD_HEADER_BYTES + SECTION_HEADER_BYTES) throw failed('record', 'record-size')
  if (size > body.length) throw failed('record', 'truncated')
  const bytes = body.subarray(0, size)
  if (size < body.length) notes.push({ code: 'content-ignored', at: 'behind the record' })
  const check = (at: string, stored: number, covered: Uint8Array): void => {
    if (stored === crcCcitt(covered)) return
    if (rules.checksums === 'require') throw failed(at, 'checksum')
    notes.push({ code: 'leniency', at: `${at} checksum` })
  }
  check('record', crc, bytes.subarray(2))
  const sections = new Map<number, Section>()
  for (const { id, length, from } of readPointers(bytes, 1)) {
    if (sections.has(id)) throw failed('section 0', 'pointer')
    const at = `section ${id}`
    const section = sectionAt(bytes, from, length, at)
    if (section.id !== id || section.length !== length) throw failed(at, 'section-header')
    check(at, section.crc, bytes.subarray(from + 2, from + length))
    // A header without content is how some writers say that a section is absent.
    if (section.content.length > 0) sections.set(id, section)
  }
  return { bytes, sections }
}

/**
 * The pointers of section 0 whose section is there and lies within the record.
 * @param firstIndex number of the record's first byte: 1 by the standard
 */
export function readPointers(bytes: Uint8Array, firstIndex: number): Pointer[] {
  const { length: zeroLength } = sectionAt(bytes, RECORD_HEADER_BYTES, SECTION_HEADER_BYTES, 'section 0')
  const zero = sectionAt(bytes, RECORD_HEADER_BYTES, zeroLength, 'section 0')
  if (zero.id !== 0) throw failed('section 0', 'section-header')
  const cursor = new Cursor(zero.content, 'section 0')
  const pointers: Pointer[] = []
  let claimed = 0
  while (cursor.remaining >= POINTER_BYTES) {
    const pointer = { id: cursor.u16(), length: cursor.u32(), from: cursor.u32() - firstIndex }
    if (pointer.length === 0) continue
    if (pointer.length < SECTION_HEADER_BYTES || pointer.from < RECORD_HEADER_BYTES)
      throw failed('section 0', 'pointer')
    // Sections that lie on one another would each be gone through whole.
    claimed += pointer.length
    if (claimed > bytes.length) throw failed('section 0', 'pointer')
    pointers.push(pointer)
  }
  return pointers
}

/** @param length of the section with its header, as its pointer says */
export function sectionAt(
  bytes: Uint8Array,
  from: number,
  length: number,
  at: string
): Section & { crc: number; length: number } {
  if (length < SECTION_HEADER_BYTES) throw failed(at, 'section-header')
  if (from + length > bytes.length) throw failed(at, 'truncated')
  const cursor = new Cursor(bytes.subarray(from, from + length), at)
  return {
    crc: cursor.u16(),
    id: cursor.u16(),
    length: cursor.u32(),
    version: cursor.u8(),
    protocol: cursor.u8(),
    content: bytes.subarray(from + SECTION_HEADER_BYTES, from + length)
  }
}

const failed = (at: string, reason: string): AppError => new AppError('DECODE_FAILED', { at, reason })
