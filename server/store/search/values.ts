/** Splits at an unescaped separator; '\,' '\$' '\|' and '\\' stay escaped in the parts (FHIR R4 search, escaping). */
export function splitEscaped(text: string, separator: ',' | '|' | '$'): string[] {
  const parts = ['']
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    if (letter === '\\' && i + 1 < text.length) {
      parts[parts.length - 1] += letter + text[++i]
    } else if (letter === separator) {
      parts.push('')
    } else {
      parts[parts.length - 1] += letter
    }
  }
  return parts
}

export const unescapeValue = (text: string): string => text.replace(/\\([\\,|$])/g, '$1')

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const
export type Prefix = (typeof PREFIXES)[number]

/** The comparison prefix of a date, number or quantity value; 'eq' when none. */
export function splitPrefix(text: string): [Prefix, string] {
  const prefix = PREFIXES.find((each) => text.startsWith(each))
  return prefix ? [prefix, text.slice(2)] : ['eq', text]
}

/** A number and the half width of its implicit range: '5.4' stands for 5.35 up to 5.45 (FHIR R4 search, number). */
export function parseNumber(text: string): { value: number; half: number } | undefined {
  const match = /^[+-]?\d{1,20}(?:\.(\d{1,20}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (!match) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) return undefined
  const [, decimals = '', exponent] = match
  return { value, half: 0.5 * 10 ** (Number(exponent ?? 0) - decimals.length) }
}
