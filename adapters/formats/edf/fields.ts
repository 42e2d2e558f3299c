import { AppError } from '../../../core/errors/app-error.ts'

/** A header that is not one: which field, never what stood there. */
export const invalidHeader = (at: string, reason = 'header'): AppError => new AppError('DECODE_FAILED', { at, reason })

/**
 * Text of a header field: printable ASCII padded with blanks (EDF+ section 2.1.3.1). Lenient: writers put UTF-8 or
 * Latin-1 into names; control characters are refused.
 */
export function textField(bytes: Uint8Array, at: string): string {
  // Zeros instead of blanks at the end are a common slip.
  const end = bytes.indexOf(0)
  const used = end < 0 ? bytes : bytes.subarray(0, end)
  if (bytes.subarray(used.length).some((byte) => byte !== 0 && byte !== 0x20)) throw invalidHeader(at)
  if (used.some((byte) => byte < 0x20 || byte === 0x7f)) throw invalidHeader(at)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(used).trim()
  } catch {
    return Buffer.from(used).toString('latin1').trim()
  }
}

const NUMBER = /^[+-]?(?:\d{1,80}(?:\.\d{0,80})?|\.\d{1,80})(?:[eE][+-]?\d{1,2})?$/
const INTEGER = /^[+-]?\d+$/

/** A number with a point as its decimal separator; 8 characters hold no more than a double. */
export function numberField(bytes: Uint8Array, at: string): number {
  const text = textField(bytes, at)
  if (!NUMBER.test(text)) throw invalidHeader(at)
  return Number(text)
}

export function integerField(bytes: Uint8Array, at: string): number {
  const text = textField(bytes, at)
  if (!INTEGER.test(text)) throw invalidHeader(at)
  return Number(text)
}
