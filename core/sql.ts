export type SqlValue = string | number | bigint | null | Uint8Array

export interface Statement {
  sql: string
  params?: SqlValue[]
}

/**
 * The small piece of SQL that operational state needs, in the common dialect of SQLite and PostgreSQL ('?' parameters,
 * ON CONFLICT). `write` is one durable transaction; transactions that wait together share one fsync.
 */
export interface Sql {
  /** Creates tables; idempotent ('CREATE TABLE IF NOT EXISTS'). Column types: TEXT, INTEGER, BLOB. */
  define(ddl: string[]): Promise<void>
  all<T = Record<string, SqlValue>>(sql: string, params?: SqlValue[]): Promise<T[]>
  /** Rows changed by each statement. */
  write(statements: Statement[]): Promise<number[]>
}
