/** A written element, or text that is already markup. */
export type Markup = string

type Attributes = Readonly<Record<string, string | undefined>>

const REPLACED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Letters that XML 1.0 section 2.2 does not have, which no escape can bring in. */
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Text as content of an element or an attribute; letters that XML forbids are left out. */
export const xmlText = (text: string): Markup =>
  text.replaceAll(FORBIDDEN, '').replaceAll(/[&<>"]/g, (letter) => REPLACED[letter]!)

/** One element; attributes and children that are undefined are left out. */
export function xmlElement(name: string, attributes: Attributes = {}, ...children: (Markup | undefined)[]): Markup {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${xmlText(value)}"`]))
    .join('')
  const content = children.filter((child) => child !== undefined).join('')
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}
