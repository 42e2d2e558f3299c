/** Check digits of codes.md section 9, built from its words. */

/** LOINC (mod 10): digits, a hyphen, one check digit; anything else is false. */
export function loincCheck(code: string): boolean {
  const parts = /^(\d+)-(\d)$/.exec(code)
  if (!parts) return false
  const sum = [...parts[1]!].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return (10 - (sum % 10)) % 10 === Number(parts[2])
}

/** Multiplication in the dihedral group of order ten. */
function multiply(j: number, k: number): number {
  const mod5 = (value: number): number => ((value % 5) + 5) % 5
  if (j < 5) return k < 5 ? mod5(j + k) : 5 + mod5(j + k)
  return k < 5 ? 5 + mod5(j - k) : mod5(j - k)
}

const P1 = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** p[0] is the identity; each following row is p[1] applied to the row before. */
export const P_ROWS: readonly (readonly number[])[] = (() => {
  const rows: number[][] = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]
  while (rows.length < 8) rows.push(rows.at(-1)!.map((digit) => P1[digit]!))
  return rows
})()

/** SNOMED CT concept identifier: 6 to 18 digits, no leading zero, partition 00 or 10, Verhoeff check digit. */
export function snomedCheck(code: string): boolean {
  if (!/^[1-9]\d{5,17}$/.test(code) || !/[01]0\d$/.test(code)) return false
  return [...code].reverse().reduce((c, digit, i) => multiply(c, P_ROWS[i % 8]![Number(digit)]!), 0) === 0
}
