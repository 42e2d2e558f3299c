import { AppError } from '../../core/errors/app-error.ts'
import { numberCell } from './cells.ts'

/** mmol/L; outside lies a unit error, or no living person. */
const POTASSIUM = { lowest: 1, highest: 12 }
const CLASSES: Readonly<Record<string, (k: number) => boolean>> = {
  'k-gt-5.5': (k) => k > 5.5,
  'k-ge-6.0': (k) => k >= 6,
  'k-gt-6.5': (k) => k > 6.5,
  'k-lt-3.5': (k) => k < 3.5
}

/** The labels of potassium, in the order in which results name them. */
export const POTASSIUM_LABELS: readonly string[] = Object.keys(CLASSES)

/** Bounds beyond which every class is told. */
const [BEYOND, BELOW] = [6.5, 3.5]

/**
 * What a cell of potassium says of its four classes, and the value itself as `k_mmol_l`. Of a censored value (`>9.0`, `<2.0`) the
 * classes are known and the value is not (rules section 7); one whose bound leaves a class open, and words, tell nothing.
 *
 * @param text mmol/L
 * @throws AppError BAD_REQUEST reason `potassium`: a number outside 1 to 12
 * @example potassiumLabels('>9.0', 'line 2') // { 'k-gt-5.5': 1, 'k-ge-6.0': 1, 'k-gt-6.5': 1, 'k-lt-3.5': 0 }
 */
export function potassiumLabels(text: string, at: string): Record<string, number> {
  const sign = /^[<>]/.exec(text)?.[0]
  const value = numberCell(sign ? text.slice(1).trim() : text)
  if (value === undefined) return {}
  if (!(value >= POTASSIUM.lowest && value <= POTASSIUM.highest))
    throw new AppError('BAD_REQUEST', { reason: 'potassium', at })
  if (sign === undefined) return { ...classesOf(value), k_mmol_l: value }
  if (sign === '>' ? value < BEYOND : value > BELOW) return {}
  return classesOf(sign === '>' ? POTASSIUM.highest : POTASSIUM.lowest)
}

const classesOf = (k: number): Record<string, number> =>
  Object.fromEntries(Object.entries(CLASSES).map(([label, isIn]) => [label, Number(isIn(k))]))
