/**
 * PN (PS3.5 6.2.1): groups '=' (alphabetic, ideographic, phonetic), components '^': family ^ given ^ middle ^ prefix ^
 * suffix. The alphabetic group counts, else the ideographic one.
 */
export function parsePersonName(text: string): { family?: string; given?: string[] } {
  const group = text.split('=').find((part) => part.replaceAll('^', '').trim() !== '') ?? ''
  const [family = '', given = '', middle = ''] = group.split('^').map((part) => part.trim())
  const names = [given, middle].flatMap((part) => part.split(/\s+/)).filter((part) => part !== '')
  return { ...(family ? { family } : {}), ...(names.length > 0 ? { given: names } : {}) }
}
