import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { AppError } from '../../../../core/errors/app-error.ts'

/** One row of a table: its cells by column, and its text without the line end. */
export interface Row {
  cell(column: string): string
  text: string
  /** Line on which it ends, 1 = header. */
  line: number
}

/**
 * The rows of a CSV table (RFC 4180, header line, UTF-8), one at a time.
 *
 * @param required columns that the header must have
 * @param delimiter between cells; comma by default
 * @throws AppError BAD_REQUEST at the file and line: reason `column-missing` or `row-unreadable`
 */
export async function* rowsOf(
  bytes: Buffer,
  name: string,
  required: readonly string[],
  { delimiter = ',' } = {}
): AsyncIterable<Row> {
  const parser = Readable.from([bytes], { objectMode: false }).pipe(
    parse({ raw: true, info: true, bom: true, skipEmptyLines: true, delimiter })
  )
  let columns: Map<string, number> | undefined
  try {
    for await (const { raw, record, info } of parser as AsyncIterable<Parsed>) {
      if (columns) {
        const places = columns
        yield {
          cell: (column) => record[places.get(column) ?? -1]?.trim() ?? '',
          text: trimLineEnd(raw),
          line: info.lines
        }
        continue
      }
      columns = new Map(record.map((column, i) => [column.trim(), i]))
      const missing = required.find((column) => !columns!.has(column))
      if (missing !== undefined)
        throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: `${name} ${missing}` })
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const { lines } = cause as { lines?: number }
    throw new AppError('BAD_REQUEST', { reason: 'row-unreadable', at: `${name} line ${lines ?? 1}`, cause })
  }
  if (!columns) throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: name })
}

interface Parsed {
  raw: string
  record: string[]
  info: { lines: number }
}

function trimLineEnd(text: string): string {
  const end = text.endsWith('\r\n') ? 2 : text.endsWith('\n') ? 1 : 0
  return text.slice(0, text.length - end)
}

/** A cell as number; undefined where it is empty or no finite number. */
export function numberIn(text: string): number | undefined {
  const value = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}
