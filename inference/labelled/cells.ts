/** Words for a cell that nobody filled in, as spreadsheets, R and pandas write it. */
const UNKNOWN: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null'])
const LABELS: Readonly<Record<string, 0 | 1>> = { '0': 0, '1': 1, '0.0': 0, '1.0': 1, false: 0, true: 1 }
const NUMBER = /^[+-]?\d{1,9}(?:[.,]\d{1,12})?$/

/** 1 has it, 0 has it not, undefined unknown; null: the cell says neither. */
export function labelCell(text: string): 0 | 1 | undefined | null {
  const word = text.toLowerCase()
  if (UNKNOWN.has(word)) return undefined
  return Object.hasOwn(LABELS, word) ? LABELS[word]! : null
}

/**
 * A number with a decimal point or a decimal comma; undefined: none.
 *
 * @example numberCell('5,8') // 5.8
 */
export const numberCell = (text: string): number | undefined =>
  NUMBER.test(text) ? Number(text.replace(',', '.')) : undefined
