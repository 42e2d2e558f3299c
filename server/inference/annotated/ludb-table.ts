import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { AppError } from '../../../core/errors/app-error.ts'

/** What `ludb.csv` says of one record; absent where the cell is empty. */
export interface LudbRow {
  age?: number
  sex?: 'male' | 'female'
  /** Findings of one cell, joined by '; '. */
  rhythm?: string
  pacing?: string
}

/**
 * `ludb.csv` by record name, from the first of the paths that is there; empty when none is. Columns by their header
 * ("Rhythms", "Cardiac pacing"); several findings of a cell are separated by line breaks.
 *
 * @throws AppError DECODE_FAILED reason `ludb-table`
 */
export async function readLudbTable(paths: readonly string[]): Promise<Map<string, LudbRow>> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) return parseTable(text)
  }
  return new Map()
}

function parseTable(text: string): Map<string, LudbRow> {
  let rows: Record<string, string>[]
  try {
    rows = parse(text, { bom: true, columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()) })
  } catch (cause) {
    throw new AppError('DECODE_FAILED', { reason: 'ludb-table', cause })
  }
  return new Map(rows.map((row) => [(row['id'] ?? '').trim(), rowOf(row)]))
}

function rowOf(row: Record<string, string>): LudbRow {
  const cell = (...names: string[]): string | undefined =>
    names
      .map((name) => (row[name] ?? '').split(/\r?\n/).map((part) => part.trim()))
      .map((parts) => parts.filter((part) => part !== '').join('; '))
      .find((joined) => joined !== '')
  const age = /^\D?(\d{1,3})\b/.exec(cell('age') ?? '')?.[1]
  const sex = cell('sex')?.[0]?.toUpperCase()
  const rhythm = cell('rhythms', 'rhythm')
  const pacing = cell('cardiac pacing', 'pacing')
  return {
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(sex === 'M' || sex === 'F' ? { sex: sex === 'M' ? 'male' : 'female' } : {}),
    ...(rhythm === undefined ? {} : { rhythm }),
    ...(pacing === undefined ? {} : { pacing })
  }
}
