const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/**
 * Text without what XML 1.0 and FHIR's string cannot hold (control characters, lone surrogates), each as U+FFFD: one such
 * character would make a whole drawing or report unreadable.
 */
export const printable = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')

/** Text for an element or an attribute in double quotes, of XML and HTML alike. */
export const escapeMarkup = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!)

/** Markup that was escaped where it was made. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly (Markup | undefined)[] | undefined

/**
 * Template of HTML or SVG: strings that go in are escaped, markup stays, lists are joined, undefined is nothing. Attributes want
 * double quotes around them.
 *
 * @example markup`<td title="${name}">${name}</td>`.text // <td title="a &amp; b">a &amp; b</td>
 */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.map((string, i) => string + (i < parts.length ? textOf(parts[i]) : '')).join(''))
}

function textOf(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'number') return String(part)
  return typeof part === 'string' ? escapeMarkup(part) : part.map((one) => one?.text ?? '').join('')
}
