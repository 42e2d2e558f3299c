import Database from 'better-sqlite3'
import { MIGRATIONS } from '../migrations/index.ts'
import { MIGRATION_TABLE, migrate } from '../migrations/migrate.ts'
import type { Migration } from '../migrations/migration.ts'

/**
 * Brings the file to the schema of this program, or leaves it as it is. A file of version 0.1 has no note of steps and is
 * taken over.
 *
 * @throws AppError CONFIG_INVALID reason 'store-schema-newer'
 */
export async function migrateFile(file: string, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const db = new Database(file)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('busy_timeout = 5000')
    db.exec('BEGIN IMMEDIATE')
    db.exec(MIGRATION_TABLE)
    const target = {
      kind: 'sqlite' as const,
      exec: async (sql: string) => void db.exec(sql),
      done: async () =>
        db
          .prepare<[], { name: string }>('SELECT name FROM schema_migration')
          .all()
          .map(({ name }) => name),
      note: async (name: string) => void db.prepare('INSERT INTO schema_migration (name) VALUES (?)').run(name)
    }
    await migrate(target, migrations)
    db.exec('COMMIT')
  } finally {
    // Closing undoes what was not committed.
    db.close()
  }
}
