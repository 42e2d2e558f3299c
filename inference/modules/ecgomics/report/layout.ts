/** Seconds that fit on the paper's width. */
export const PAPER_SECONDS = 10
/** Rows of a page when there are fewer than twelve leads. */
const MAX_ROWS = 6
/** Printed order: column by column, IEC 60601-2-25. */
const PRINTED: readonly (readonly string[])[] = [
  ['I', 'aVR', 'V1', 'V4'],
  ['II', 'aVL', 'V2', 'V5'],
  ['III', 'aVF', 'V3', 'V6']
]
/** Which lead runs along the bottom, by preference. */
const RHYTHM = ['II', 'V1', 'V5', 'I']

/** One piece of one lead on the paper. */
export interface Cell {
  lead: number
  row: number
  fromS: number
  toS: number
}

/**
 * Where each lead is drawn: twelve standard leads as three rows of four with a rhythm strip, time running on from column to
 * column; fewer as rows of ten seconds, six of them at most.
 *
 * @example cellsOf(['I']).rows // 1
 */
export function cellsOf(names: readonly string[]): { rows: number; cells: Cell[] } {
  const indexOf = (name: string): number => names.indexOf(name)
  if (PRINTED.flat().some((name) => indexOf(name) < 0)) {
    const shown = names.slice(0, MAX_ROWS)
    return {
      rows: Math.max(1, shown.length),
      cells: shown.map((_, row) => ({ lead: row, row, fromS: 0, toS: PAPER_SECONDS }))
    }
  }
  const column = PAPER_SECONDS / PRINTED[0]!.length
  const cells = PRINTED.flatMap((row, y) =>
    row.map((name, x) => ({ lead: indexOf(name), row: y, fromS: x * column, toS: (x + 1) * column }))
  )
  const rhythm = RHYTHM.map(indexOf).find((lead) => lead >= 0)!
  return {
    rows: PRINTED.length + 1,
    cells: [...cells, { lead: rhythm, row: PRINTED.length, fromS: 0, toS: PAPER_SECONDS }]
  }
}
