import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import { AppError } from '../../core/errors/app-error.ts'

const MAX_ROW_BYTES = 1024 * 1024
const HEADER_BYTES = 64 * 1024
/** By precedence, where the header has as many of one as of another. */
const DELIMITERS = [',', ';', '\t'] as const

export interface TableRow {
  /** 'manifest.csv line 7': where a row stands, counted with the header. */
  at: string
  cells: Record<string, string>
}

/**
 * Rows of a CSV file with a header row (RFC 4180), one at a time: a table of any length takes the memory of one row. The cells
 * stand between commas, or between semicolons or tabs, as spreadsheets write them where the comma is the decimal sign: the sign
 * that the header has most of.
 *
 * @throws AppError BAD_REQUEST reason `column-missing` at the column, `column-twice`, or `table` at the line that cannot be read
 */
export async function* tableRows(path: string, needed: readonly string[]): AsyncIterable<TableRow> {
  const name = basename(path)
  const delimiter = await delimiterOf(path)
  let header: string[] = []
  let isChecked = false
  const file = createReadStream(path)
  const parser = file.pipe(
    parse({
      bom: true,
      delimiter,
      columns: (names: string[]) => {
        header = names.map((column) => column.trim())
        return header
      },
      info: true,
      max_record_size: MAX_ROW_BYTES,
      relax_column_count: true,
      skip_empty_lines: true
    })
  )
  file.on('error', (error) => parser.destroy(error))
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>
      info: { lines: number }
    }>) {
      if (!isChecked) requireColumns(header, needed, name)
      isChecked = true
      const cells = header.map((column): [string, string] => [column, (record[column] ?? '').trim()])
      yield { at: `${name} line ${info.lines}`, cells: Object.fromEntries(cells) }
    }
    if (!isChecked) requireColumns(header, needed, name)
  } catch (cause) {
    if (cause instanceof CsvError) {
      throw new AppError('BAD_REQUEST', { reason: 'table', at: `${name} line ${Number(cause['lines']) || 0}`, cause })
    }
    throw cause
  } finally {
    file.destroy()
  }
}

/** The sign between the cells of the first line, quoted text aside. */
async function delimiterOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    const counts = new Map<string, number>(DELIMITERS.map((sign) => [sign, 0]))
    let isQuoted = false
    for (const sign of buffer.toString('utf8', 0, bytesRead)) {
      if (sign === '"') isQuoted = !isQuoted
      else if (!isQuoted && (sign === '\n' || sign === '\r')) break
      else if (!isQuoted && counts.has(sign)) counts.set(sign, counts.get(sign)! + 1)
    }
    return DELIMITERS.reduce<string>((best, sign) => (counts.get(sign)! > counts.get(best)! ? sign : best), ',')
  } finally {
    await file.close()
  }
}

function requireColumns(header: readonly string[], needed: readonly string[], name: string): void {
  for (const column of needed) {
    if (!header.includes(column))
      throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: `${name} ${column}` })
  }
  const twice = header.findIndex((column, i) => column !== '' && header.indexOf(column) < i)
  if (twice >= 0) throw new AppError('BAD_REQUEST', { reason: 'column-twice', at: `${name} column ${twice + 1}` })
}
