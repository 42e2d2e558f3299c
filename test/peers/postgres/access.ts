import { randomBytes } from 'node:crypto'
import type { PostgresAccess } from '../../../server/store/postgres/connect.ts'
import { createPostgresStore, type PostgresStoreOptions } from '../../../server/store/postgres/store.ts'
import type { ServerStore } from '../../../server/store/server-store.ts'

/** The database of a url as the store's own settings. */
export function accessOf(url: string, more: Partial<PostgresAccess> = {}): PostgresAccess {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    schema: `s${randomBytes(6).toString('hex')}`,
    statementTimeoutMs: 30_000,
    ...more
  }
}

/** A started store; all that were opened are stopped by `closeAll`. */
const opened: ServerStore[] = []
export async function openStore(
  access: PostgresAccess,
  options: Omit<PostgresStoreOptions, 'access'> = {}
): Promise<ServerStore> {
  const store = createPostgresStore({ access, ...options })
  opened.push(store)
  await store.start()
  return store
}

export async function closeAll(): Promise<void> {
  for (const store of opened.splice(0)) await store.stop()
}
