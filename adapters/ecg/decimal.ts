import { withoutEnding } from '../../core/text-end.ts'

/** A number as XML Schema's decimal, freed of the noise of binary arithmetic (0.1 + 0.2 is written 0.3). */
export function decimalText(value: number): string {
  const clean = Number(value.toPrecision(15))
  const text = String(clean)
  return text.includes('e') ? withoutEnding(withoutEnding(clean.toFixed(20), '0'), '.') : text
}
