import { type Charset, decodeAs } from './charset.ts'
import { type Delimiters, STANDARD } from './delimiters.ts'

/**
 * Text with escape sequences resolved. HL7 v2.5.1 section 2.7: \F\ \S\ \T\ \R\ \E\ the delimiters of the message,
 * \Xhh..\ bytes in the message's character set, \.br\ a line break (LF). Any other sequence stays as it was sent.
 */
export function unescapeText(text: string, delimiters: Delimiters, charset: Charset): string {
  const mark = delimiters.escape
  let open = text.indexOf(mark)
  if (open < 0) return text
  let out = ''
  let from = 0
  while (open >= 0) {
    const close = text.indexOf(mark, open + 1)
    if (close < 0) break
    const meaning = resolve(text.slice(open + 1, close), delimiters, charset)
    if (meaning === undefined) {
      // Not a sequence: the closing mark may open the next one ('C:\x\F\').
      out += text.slice(from, close)
      from = close
      open = close
      continue
    }
    out += text.slice(from, open) + meaning
    from = close + 1
    open = text.indexOf(mark, from)
  }
  return out + text.slice(from)
}

/** Free text for one component: delimiters escaped, line ends as \.br\, other control characters as \Xhh\. */
export function escapeText(text: string): string {
  if (!/[|^~\\&\x00-\x1f\x7f]/.test(text)) return text
  return text.replace(/\r\n|[|^~\\&\x00-\x1f\x7f]/g, escapeOf)
}

/**
 * Text that stands for a whole field, as it came: its components and escape sequences stay. What `Hl7Segment.raw` gave is left as it
 * is; in a number that came over FHIR, which may hold anything, no letter ends the field or begins a segment.
 *
 * @example echoedField('P1^WARD|9') // 'P1^WARD\\F\\9'
 */
export const echoedField = (text: string): string => text.replace(/\r\n|[|\x00-\x1f\x7f]/g, escapeOf)

const escapeOf = (found: string): string => ESCAPES[found] ?? `\\X${hex(found)}\\`

const ESCAPES: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '~': '\\R\\',
  '\\': '\\E\\',
  '&': '\\T\\',
  '\r\n': '\\.br\\',
  '\r': '\\.br\\',
  '\n': '\\.br\\'
}

const hex = (letter: string): string => letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')

function resolve(sequence: string, delimiters: Delimiters, charset: Charset): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subcomponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case '.br':
      return '\n'
  }
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(sequence)) return decodeAs(Buffer.from(sequence.slice(1), 'hex'), charset).text
  return undefined
}

/** Text of a field that is already in the standard delimiters (`Hl7Segment.raw`). */
export const unescapeStandard = (text: string, charset: Charset): string => unescapeText(text, STANDARD, charset)
