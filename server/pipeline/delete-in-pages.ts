import type { Sql, Statement } from '../../core/sql.ts'

/** Repeats a DELETE that takes at most `page` rows until it finds fewer, so that no single one holds the writer up. */
export async function deleteInPages(sql: Sql, statement: Statement, page: number): Promise<void> {
  for (;;) {
    const [deleted = 0] = await sql.write([statement])
    if (deleted < page) return
  }
}
