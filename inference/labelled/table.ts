import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import { AppError } from '../../core/errors/app-error.ts'

const MAX_ROW_BYTES = 1024 * 1024

export interface TableRow {
  /** 'manifest.csv line 7': where a row stands, counted with the header. */
  at: string
  cells: Record<string, string>
}

/**
 * Rows of a CSV file with a header row (RFC 4180), one at a time: a table of any length takes the memory of one row.
 *
 * @throws AppError BAD_REQUEST reason `column-missing` at the column, or `table` at the line that cannot be read
 */
export async function* tableRows(path: string, needed: readonly string[]): AsyncIterable<TableRow> {
  const name = basename(path)
  const file = createReadStream(path)
  const parser = file.pipe(
    parse({
      bom: true,
      columns: (header: string[]) => header.map((column) => column.trim()),
      info: true,
      max_record_size: MAX_ROW_BYTES,
      relax_column_count: true,
      skip_empty_lines: true
    })
  )
  file.on('error', (error) => parser.destroy(error))
  let isChecked = false
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>
      info: { lines: number }
    }>) {
      if (!isChecked) requireColumns(record, needed, name)
      isChecked = true
      yield { at: `${name} line ${info.lines}`, cells: trimmed(record) }
    }
  } catch (cause) {
    if (cause instanceof CsvError) {
      throw new AppError('BAD_REQUEST', { reason: 'table', at: `${name} line ${Number(cause['lines']) || 0}`, cause })
    }
    throw cause
  } finally {
    file.destroy()
  }
}

function requireColumns(row: Record<string, string>, needed: readonly string[], name: string): void {
  for (const column of needed) {
    if (!Object.hasOwn(row, column))
      throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: `${name} ${column}` })
  }
}

const trimmed = (row: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell.trim()]))
