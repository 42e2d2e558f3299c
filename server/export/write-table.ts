import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import type { Column, Row } from './columns.ts'

/** Rows that are held before they are written: memory stays bounded on any number of tracings. */
const ROW_GROUP = 10_000

/**
 * Writes rows as they come. A table that could not be finished is removed: half a table looks like a whole one.
 *
 * @throws what `rows` throws, and the file system's errors
 */
export async function writeTable(
  path: string,
  format: 'csv' | 'parquet',
  { columns, rows }: { columns: readonly Column[]; rows: AsyncIterable<Row> }
): Promise<void> {
  try {
    await (format === 'csv' ? writeCsv(path, columns, rows) : writeParquet(path, columns, rows))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

const writeCsv = (path: string, columns: readonly Column[], rows: AsyncIterable<Row>): Promise<void> =>
  pipeline(
    Readable.from(rows),
    stringify({ header: true, columns: columns.map(({ name }) => name) }),
    createWriteStream(path)
  )

const writeParquet = async (path: string, columns: readonly Column[], rows: AsyncIterable<Row>): Promise<void> => {
  await parquetWriteRows({
    writer: fileWriter(path),
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
    rows,
    rowGroupSize: ROW_GROUP
  })
}
