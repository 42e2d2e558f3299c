import { createHash } from 'node:crypto'
import type { PostgresStoreConfig } from '../../server/config/sections/store.ts'
import { createSqliteStore, type SqliteStoreOptions } from '../../server/store/index.ts'
import { accessOf } from '../../server/store/postgres/access.ts'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { ServerStore } from '../../server/store/server-store.ts'

/**
 * Tests keep their store in a folder, embedded. With TEST_POSTGRES_URL the same tests run on that PostgreSQL, each folder a
 * schema of its own (test/peers/postgres/server.peer.test.ts).
 */
export function postgresOf(dir: string): PostgresStoreConfig | undefined {
  const url = process.env['TEST_POSTGRES_URL']
  if (!url) return undefined
  const schema = `t${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`
  const place = { passwordFile: '', tls: '', caFile: '', schema } as const
  return { kind: 'postgres', url, ...place, poolSize: 5, statementTimeoutMs: 30_000 }
}

export function storeOf({ dir, clock, log }: Pick<SqliteStoreOptions, 'dir' | 'clock' | 'log'>): ServerStore {
  const config = postgresOf(dir)
  if (!config) return createSqliteStore({ dir, clock, log })
  return createPostgresStore({ access: accessOf(config), poolSize: config.poolSize, clock, log })
}
