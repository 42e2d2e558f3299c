import type pg from 'pg'
import { MIGRATIONS } from '../migrations/index.ts'
import { MIGRATION_TABLE, migrate } from '../migrations/migrate.ts'
import type { Migration } from '../migrations/migration.ts'
import { toPostgresDdl } from './dialect.ts'
import { lockNumber } from './lock-keys.ts'

/**
 * Brings the schema of a store to this program's, all steps in one transaction. Several processes may start together: one
 * does it, the others wait for it.
 *
 * @throws AppError CONFIG_INVALID reason 'store-schema-newer', and what pg throws
 */
export async function migrateDatabase(
  client: pg.ClientBase,
  schema: string,
  migrations: readonly Migration[] = MIGRATIONS
): Promise<void> {
  await client.query('BEGIN')
  try {
    // The steps may take longer than a statement should; so may the wait for another process that takes them.
    await client.query('SET LOCAL statement_timeout = 0')
    await client.query(`SELECT pg_advisory_xact_lock(${lockNumber('write', schema, 'migration')})`)
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
    await client.query(toPostgresDdl(MIGRATION_TABLE))
    await migrate(
      {
        kind: 'postgres',
        exec: async (sql) => void (await client.query(sql)),
        done: async () =>
          (await client.query<{ name: string }>('SELECT name FROM schema_migration')).rows.map((row) => row.name),
        note: async (name) => void (await client.query('INSERT INTO schema_migration (name) VALUES ($1)', [name]))
      },
      migrations
    )
    await client.query(RESTORED_CHANGES)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/**
 * Change rows carry the number of their transaction. In a database that was restored from a dump these may lie above
 * everything the new server will give for years, so nobody would read them: then all are numbered anew from 1, in order.
 */
const RESTORED_CHANGES = `UPDATE change c SET seq = o.n
  FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM change) o
  WHERE c.seq = o.seq AND (SELECT max(seq) FROM change) >= (pg_snapshot_xmax(pg_current_snapshot())::text::bigint << 14)`
