import { createHash } from 'node:crypto'
import { createSqliteStore, type SqliteStoreOptions } from '../../server/store/index.ts'
import { accessOf } from '../../server/store/postgres/access.ts'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { ServerStore } from '../../server/store/server-store.ts'

/**
 * The store of a test by its folder, embedded. With TEST_POSTGRES_URL the same tests run on that PostgreSQL, each folder a
 * schema of its own (test/peers/postgres/server.peer.test.ts).
 */
export function storeOf({ dir, clock, log }: Pick<SqliteStoreOptions, 'dir' | 'clock' | 'log'>): ServerStore {
  const url = process.env['TEST_POSTGRES_URL']
  if (!url) return createSqliteStore({ dir, clock, log })
  const schema = `t${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`
  const access = accessOf({
    kind: 'postgres',
    url,
    passwordFile: '',
    tls: '',
    caFile: '',
    schema,
    poolSize: 5,
    statementTimeoutMs: 30_000
  })
  return createPostgresStore({ access, poolSize: 5, clock, log })
}
