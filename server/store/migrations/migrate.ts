import { Umzug } from 'umzug'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Migration } from './migration.ts'

/** A database inside an open transaction that nobody else can enter meanwhile. */
export interface MigrationTarget {
  kind: 'sqlite' | 'postgres'
  exec(sql: string): Promise<void>
  /** Names of the steps that were done. */
  done(): Promise<string[]>
  note(name: string): Promise<void>
}

/** Where the names of the steps that were done stand. */
export const MIGRATION_TABLE = 'CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY)'

/**
 * Brings a database to the schema of this program, by umzug.
 *
 * @returns names of the steps taken
 * @throws AppError CONFIG_INVALID reason 'store-schema-newer' when a newer program was here: nothing is touched then
 */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[]): Promise<string[]> {
  const known = new Set(migrations.map(({ name }) => name))
  if ((await target.done()).some((name) => !known.has(name))) {
    throw new AppError('CONFIG_INVALID', { at: 'store', reason: 'store-schema-newer' })
  }
  const umzug = new Umzug({
    migrations: migrations.map((migration) => ({
      name: migration.name,
      up: () => target.exec(migration[target.kind])
    })),
    storage: {
      executed: () => target.done(),
      logMigration: ({ name }) => target.note(name),
      unlogMigration: () => Promise.reject(new AppError('INTERNAL', { reason: 'migration-backwards' }))
    },
    logger: undefined
  })
  return (await umzug.up()).map(({ name }) => name)
}
