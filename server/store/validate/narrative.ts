/** Elements and attributes of a narrative (FHIR R4 narrative, txt-1: chapters 7-11 and 15 of HTML 4.0, plus a and img). */
const ELEMENTS = new Set(
  'a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'.split(
    ' '
  )
)
const ATTRIBUTES = new Set(
  'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang xmlns'.split(
    ' '
  )
)
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:_-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/
const ATTRIBUTE = /(?<![a-zA-Z:_-])([a-zA-Z:_-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const SAFE_LINK = /^(?:https?:|mailto:|#|(?![a-z][a-z0-9+.-]*:)[^\s])/i
const SAFE_IMAGE = /^(?:#|data:image\/(?:png|jpeg|gif);base64,)/i
const UNSAFE_STYLE = /url\s*\(|expression|javascript|@import|behaviou?r|\\/i

/**
 * Whether a `text.div` is XHTML that no viewer can be harmed by: one well-formed div of listed elements and attributes,
 * no DOCTYPE, comment, CDATA or processing instruction, links only by http(s), mailto or within, images only inline.
 * One pass, no backtracking across tags.
 */
export function isSafeNarrative(div: string): boolean {
  if (!/^\s*<div[\s>]/.test(div)) return false
  const open: string[] = []
  let rest = div.trim()
  for (;;) {
    const next = rest.indexOf('<')
    const text = next < 0 ? rest : rest.slice(0, next)
    if (/&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/.test(text)) return false
    if (next < 0) return open.length === 0 && text.trim() === ''
    if (open.length === 0 && next > 0) return false
    rest = rest.slice(next)
    const end = rest.indexOf('>')
    const match = end < 0 ? null : TAG.exec(rest.slice(0, Math.min(rest.length, tagEnd(rest))))
    if (!match) return false
    const [whole, closing, name, attributes, selfClosing] = match as unknown as [string, string, string, string, string]
    if (!ELEMENTS.has(name) || open.length > 100) return false
    if (closing) {
      if (attributes || open.pop() !== name) return false
    } else {
      if (!safeAttributes(name, attributes)) return false
      if (!selfClosing) open.push(name)
    }
    rest = rest.slice(whole.length)
    if (open.length === 0 && rest !== '') return false
  }
}

/** Where the tag at the start of `text` ends, quotes heeded. */
function tagEnd(text: string): number {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    if (quote) quote = letter === quote ? '' : quote
    else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '>') return i + 1
  }
  return text.length
}

function safeAttributes(element: string, attributes: string): boolean {
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = decodeEntities(double ?? single ?? '').replace(/[\u0000-\u0020]/g, '')
    if (!ATTRIBUTES.has(name)) return false
    if (name === 'src' && !(element === 'img' && SAFE_IMAGE.test(value))) return false
    if ((name === 'href' || name === 'cite' || name === 'longdesc') && value !== '' && !SAFE_LINK.test(value))
      return false
    if (name === 'style' && UNSAFE_STYLE.test(value)) return false
  }
  return true
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,31}));?/g, (_all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    return { colon: ':', Tab: '', NewLine: '', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name as string] ?? ' '
  })
}
