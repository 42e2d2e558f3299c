import { parse } from 'csv-parse/sync'
import { AppError } from '../../../core/errors/app-error.ts'
import { sampleBudget } from '../../ecg/channels.ts'
import { type Columns, readColumns } from './columns.ts'

export interface Table {
  columns: Columns
  /** Seconds of each row, when there is a time column. */
  times?: Float64Array
  /** values[i]: lead column i in its own unit; NaN for an empty cell. */
  values: Float64Array[]
  /** Most digits behind the point in each lead column. */
  decimals: number[]
}

const MAX_RECORD_CHARACTERS = 64 * 1024
const NUMBER = /^[+-]?(?:\d{1,15}(?:\.(\d{0,20}))?|\.(\d{1,20}))(?:[eE]([+-]?\d{1,3}))?$/

/**
 * Header row and rows of numbers, parted by comma, semicolon or tab (as the header row is). A point parts decimals. An empty
 * cell or NaN is a missing sample.
 *
 * @throws AppError DECODE_FAILED reason `csv` (rows of unequal length, broken quotes), `number`, `no-rows`; what
 * `readColumns` throws; MESSAGE_TOO_LARGE
 */
export function readTable(text: string): Table {
  const count = sampleBudget()
  let columns: Columns | undefined
  const rows = new GrowingRows()
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      max_record_size: MAX_RECORD_CHARACTERS,
      // Nothing is kept of a row but its numbers.
      onRecord(cells: string[], { lines }: { lines: number }) {
        if (columns === undefined) columns = readColumns(cells)
        else {
          count(cells.length)
          rows.add(cells, `row ${lines}`)
        }
        return null
      }
    })
  } catch (error) {
    // Without the library's error: it holds the row.
    throw error instanceof AppError ? error : new AppError('DECODE_FAILED', { reason: 'csv', at: 'table' })
  }
  if (!columns || rows.count === 0) throw new AppError('DECODE_FAILED', { reason: 'no-rows', at: 'table' })
  const { time, leads } = columns
  return {
    columns,
    ...(time ? { times: rows.column(time.index).map((value) => value / time.perSecond) } : {}),
    values: leads.map(({ index }) => rows.column(index)),
    decimals: leads.map(({ index }) => rows.decimals[index] ?? 0)
  }
}

/** Of the header row: the separator that stands in it, comma before semicolon before tab. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/))
  return [',', ';', '\t'].find((sign) => header.includes(sign)) ?? ','
}

/** Rows of numbers, one growing column of doubles each. */
class GrowingRows {
  count = 0
  readonly decimals: number[] = []
  private columns: Float64Array[] = []

  add(cells: readonly string[], at: string): void {
    if (this.columns.length === 0) this.columns = cells.map(() => new Float64Array(1024))
    for (const [i, cell] of cells.entries()) {
      let column = this.columns[i]!
      if (this.count === column.length) {
        const larger = new Float64Array(column.length * 2)
        larger.set(column)
        column = this.columns[i] = larger
      }
      column[this.count] = this.valueOf(cell, i, `${at} column ${i + 1}`)
    }
    this.count++
  }

  column(index: number): Float64Array {
    return this.columns[index]!.slice(0, this.count)
  }

  private valueOf(text: string, column: number, at: string): number {
    const cell = text.trim()
    if (cell === '' || cell === 'NaN' || cell === 'nan') return Number.NaN
    const match = NUMBER.exec(cell)
    // A number too large for a double is none either: an infinite sample would pass for a value.
    if (!match || !Number.isFinite(Number(cell))) throw new AppError('DECODE_FAILED', { reason: 'number', at })
    const digits = (match[1] ?? match[2] ?? '').length - Number(match[3] ?? 0)
    if (digits > (this.decimals[column] ?? 0)) this.decimals[column] = digits
    return Number(cell)
  }
}
