/** What a JSON text may hold before anything is made of it (hardening A3-31, 40). */
export interface JsonLimits {
  /** Objects and lists within each other. */
  maxDepth: number
  /** Values in all, names not counted. */
  maxValues: number
}

export type JsonFault = 'depth' | 'values' | 'number-precision'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
/** A double tells every decimal of 15 significant digits apart; longer numbers are looked at one by one. */
const SURE_DIGITS = 15
/** JSON.stringify never writes more than 25 characters for a double; what is far longer cannot be one exactly. */
const MAX_NUMBER_CHARS = 400
const NUMBER = /-?[0-9][0-9.eE+-]*/y

/**
 * One pass over a JSON text before it is parsed: too deep, too many values, or a number that would change in value by
 * being read as a double (hardening A3-41). The parser would recurse, allocate and round first.
 *
 * @returns the first fault; undefined when there is none, also for text that is no JSON (the parser says so)
 */
export function jsonFault(text: string, { maxDepth, maxValues }: JsonLimits): JsonFault | undefined {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (at < 0) return undefined
    } else if (code === COMMA) {
      if (++values > maxValues) return 'values'
    } else if (code === 0x7b || code === 0x5b) {
      if (++values > maxValues) return 'values'
      if (++depth > maxDepth) return 'depth'
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = at
      const number = NUMBER.exec(text)?.[0] ?? '-'
      const isPlain = number.length <= SURE_DIGITS && !/e/i.test(number)
      if (!isPlain && !isExact(number)) return 'number-precision'
      at += number.length - 1
    }
  }
  return undefined
}

/** Index of the closing quote, -1 when there is none. */
export function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close >= 0) {
    let marks = 0
    while (text.charCodeAt(close - 1 - marks) === BACKSLASH) marks++
    if (marks % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return -1
}

/** Whether a double holds this very value. */
function isExact(number: string): boolean {
  if (number.length > MAX_NUMBER_CHARS) return false
  const value = Number(number)
  // Not a number of JSON: the parser's to refuse.
  if (Number.isNaN(value)) return true
  return Number.isFinite(value) && significant(number) === significant(String(value))
}

/** Significant digits and power of ten, so that '1.50e3' and '1500' are the same. */
function significant(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  const trimmed = all.slice(0, all.length - trailingZeros(all))
  if (trimmed === '') return '0'
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + all.length - trimmed.length}`
}

function trailingZeros(digits: string): number {
  let zeros = 0
  while (digits[digits.length - 1 - zeros] === '0') zeros++
  return zeros
}
