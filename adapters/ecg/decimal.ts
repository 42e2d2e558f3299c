/** A number as XML Schema's decimal, freed of the noise of binary arithmetic (0.1 + 0.2 is written 0.3). */
export function decimalText(value: number): string {
  const clean = Number(value.toPrecision(15))
  const text = String(clean)
  return text.includes('e')
    ? clean
        .toFixed(20)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '')
    : text
}
