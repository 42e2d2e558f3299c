import { AppError } from '../../../../core/errors/app-error.ts'
import { Cursor } from '../cursor.ts'

/** Fields of section 1 by tag, in the order in which they came. */
export type Fields = ReadonlyMap<number, readonly Uint8Array[]>

const END = 255
/** Tags 0-35 are defined, 200-254 are manufacturers'; some repeat (drugs, text). */
const MAX_FIELDS = 1000

/**
 * Section 1, header information. EN 1064 section 5.4.
 *
 * field = tag u8 | length u16 | value; the last is tag 255 of length 0
 *
 * Lenient: some writers leave the end tag out; then the section's end ends it.
 * @throws AppError DECODE_FAILED (truncated, fields)
 */
export function readFields(content: Uint8Array): Fields {
  const cursor = new Cursor(content, 'section 1')
  const fields = new Map<number, Uint8Array[]>()
  for (let count = 0; cursor.remaining >= 3; count++) {
    if (count > MAX_FIELDS) throw new AppError('DECODE_FAILED', { at: 'section 1', reason: 'fields' })
    const tag = cursor.u8()
    if (tag === END) break
    const value = cursor.take(cursor.u16())
    fields.set(tag, [...(fields.get(tag) ?? []), value])
  }
  return fields
}

export const TAG = {
  lastName: 0,
  firstName: 1,
  patientId: 2,
  secondLastName: 3,
  birthDate: 5,
  sex: 8,
  acquiringDevice: 14,
  acquisitionDate: 25,
  acquisitionTime: 26,
  highPassFilter: 27,
  lowPassFilter: 28,
  filters: 29,
  timeZone: 34
} as const
