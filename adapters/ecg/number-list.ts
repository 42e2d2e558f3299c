import { AppError } from '../../core/errors/app-error.ts'
import { numberOf } from './xml/element.ts'

const SPACE = 32
const ZERO = 48
const NINE = 57
/** More digits than any converter gives; what is longer is read as text. */
const MAX_DIGITS = 12

/**
 * Numbers parted by blanks, line ends or commas: whole ones letter by letter, since a recording holds millions of them,
 * others as XML Schema writes decimals.
 *
 * @param take called with every number in its order
 * @throws AppError WAVEFORM_INCONSISTENT (reason 'digits') for anything else
 */
export function eachNumber(text: string, at: string, take: (value: number) => void): void {
  let from = 0
  while (from < text.length) {
    if (isSeparator(text.charCodeAt(from))) {
      from++
      continue
    }
    let to = from
    while (to < text.length && !isSeparator(text.charCodeAt(to))) to++
    take(wholeNumber(text, from, to) ?? otherNumber(text, from, to, at))
    from = to
  }
}

/** The numbers of a text as doubles. @throws AppError as `eachNumber` does */
export function numberList(text: string, at: string, count: (values: number) => void): Float64Array {
  let length = 0
  eachNumber(text, at, () => length++)
  count(length)
  const values = new Float64Array(length)
  let n = 0
  eachNumber(text, at, (value) => {
    values[n++] = value
  })
  return values
}

const isSeparator = (code: number): boolean => code <= SPACE || code === 0x2c

function wholeNumber(text: string, from: number, to: number): number | undefined {
  const first = text.charCodeAt(from)
  const isNegative = first === 0x2d
  const start = isNegative || first === 0x2b ? from + 1 : from
  if (start === to || to - start > MAX_DIGITS) return undefined
  let value = 0
  for (let at = start; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code < ZERO || code > NINE) return undefined
    value = value * 10 + code - ZERO
  }
  return isNegative && value !== 0 ? -value : value
}

function otherNumber(text: string, from: number, to: number, at: string): number {
  const value = to - from > 50 ? undefined : numberOf(text.slice(from, to))
  if (value === undefined) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'digits' })
  return value
}
