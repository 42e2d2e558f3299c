import { numberIn } from '../rows.ts'
import type { Columns } from './columns.ts'

/** How numbers are written in a hospital's tables. */
export type Writing = Pick<Columns, 'decimal'>

/** A cell as number, with the table's decimal sign; undefined where it is empty or none. */
export const ownNumber = (text: string, { decimal = '.' }: Writing): number | undefined =>
  numberIn(decimal === ',' ? text.replace(',', '.') : text)

/**
 * A result as the laboratory writes it: '<0.3' and '>= 9' stand for their bound, as on the server.
 *
 * @example
 * ownResult('<0,3', { decimal: ',' }) // 0.3
 */
export const ownResult = (text: string, writing: Writing): number | undefined =>
  ownNumber(text.replace(/^[<>]=?\s?/, ''), writing)
