import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import { AppError } from '../../../core/errors/app-error.ts'
import type { MatchedHistory } from './audit-matched.ts'

export interface HistoryColumns {
  score: string
  attribute: string
  /** Which two values of the attribute are compared; absent: the two commonest. */
  groups?: readonly [string, string]
  /** Absent: every further column that holds numbers. */
  inputs?: readonly string[]
  /** Person; of each the first line counts. Absent: every line is somebody else. */
  id?: string
}

/** Matching looks at every pair of people. */
const MAX_ROWS = 20_000

/**
 * A history of scores as CSV with a header: one line a stay. Lines without score or attribute are left out.
 *
 * @throws AppError BAD_REQUEST (reason 'column-missing', 'no-cases', 'file-missing', 'csv', 'groups'), MESSAGE_TOO_LARGE (reason 'rows')
 */
export async function readHistory(file: string, columns: HistoryColumns): Promise<MatchedHistory> {
  const lines = await linesOf(file)
  const header = Object.keys(lines[0] ?? {})
  const named = [columns.score, columns.attribute, ...(columns.inputs ?? []), ...(columns.id ? [columns.id] : [])]
  for (const name of named)
    if (!header.includes(name)) throw new AppError('BAD_REQUEST', { at: 'header', reason: 'column-missing' })
  const inputNames = columns.inputs ?? header.filter((name) => !named.includes(name) && isNumeric(lines, name))
  if (inputNames.length === 0) throw new AppError('BAD_REQUEST', { at: 'header', reason: 'no-inputs' })
  const seen = new Set<string>()
  const rows = lines.flatMap((line, i) => {
    const id = columns.id ? line[columns.id]! : String(i)
    const score = numberOf(line[columns.score])
    const group = line[columns.attribute]!.trim()
    if (score === null || group === '' || seen.has(id)) return []
    seen.add(id)
    return [{ id, score, group, inputs: inputNames.map((name) => numberOf(line[name])) }]
  })
  return { inputNames, groups: columns.groups ?? commonest(rows), rows }
}

async function linesOf(file: string): Promise<Record<string, string>[]> {
  const lines: Record<string, string>[] = []
  try {
    const parser = createReadStream(file)
      .on('error', (cause) => parser.destroy(cause))
      .pipe(parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, max_record_size: 1_000_000 }))
    for await (const line of parser) {
      lines.push(line as Record<string, string>)
      if (lines.length > MAX_ROWS) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'rows' })
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const isMissing = (cause as { code?: string }).code === 'ENOENT'
    throw new AppError('BAD_REQUEST', { at: 'history', reason: isMissing ? 'file-missing' : 'csv', cause })
  }
  if (lines.length === 0) throw new AppError('BAD_REQUEST', { at: 'history', reason: 'no-cases' })
  return lines
}

/** A column of numbers and blanks, with at least one number. */
const isNumeric = (lines: readonly Record<string, string>[], name: string): boolean =>
  lines.some((line) => numberOf(line[name]) !== null) &&
  lines.every((line) => (line[name] ?? '').trim() === '' || numberOf(line[name]) !== null)

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

function commonest(rows: readonly { group: string }[]): [string, string] {
  const counts = [...Map.groupBy(rows, ({ group }) => group)].map(([group, all]) => ({ group, n: all.length }))
  const [first, second] = counts.sort((a, b) => b.n - a.n || (a.group < b.group ? -1 : 1))
  if (!first || !second) throw new AppError('BAD_REQUEST', { at: 'attribute', reason: 'groups' })
  // By name, so that the sign does not hang on who is more numerous.
  return [first.group, second.group].sort() as [string, string]
}
