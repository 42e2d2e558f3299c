import pg from 'pg'
import type { SqlValue } from '../../../core/sql.ts'
import { toStoreError } from './pg-error.ts'

/** Where the database is and how long it may take. */
export interface PostgresAccess {
  host: string
  port: number
  user: string
  password?: string
  database: string
  /** Certificates that the server's must come from, PEM; true: those of the system; absent: no TLS. */
  tls?: true | { ca: string }
  /** Everything of one store lies in one schema: several stores can share a database. */
  schema: string
  /** A statement that takes longer is ended by the server; one that is not answered a little later ends the connection. */
  statementTimeoutMs: number
}

const CONNECT_TIMEOUT_MS = 5000
/** What the network may add to the statement's own time before the connection is taken for dead. */
const ANSWER_GRACE_MS = 2000
const INT8 = 20
const COUNT_BASE = 10

/** Numbers come as numbers: counts, instants and row numbers here lie far below 2^53. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? (text: string) => Number.parseInt(text, COUNT_BASE)
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser
}

/** Settings of one connection. */
export function clientConfig(access: PostgresAccess, use: string): pg.ClientConfig {
  const { host, port, user, password, database, tls, schema, statementTimeoutMs } = access
  return {
    host,
    port,
    user,
    password,
    database,
    ...(tls ? { ssl: { rejectUnauthorized: true, ...(tls === true ? {} : { ca: tls.ca }) } } : {}),
    types,
    pipeline: true,
    keepAlive: true,
    application_name: `hisbundle ${use}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    options: Object.entries({
      search_path: schema,
      // A peer that vanished without a word is noticed, and its locks are free, within half a minute.
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 4,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      default_transaction_isolation: 'read\\ committed',
      // Compiling a plan takes longer than most searches here.
      jit: 'off'
    })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ')
  }
}

export type Row = Record<string, SqlValue>

/** A bounded pool. A connection that fails is thrown away, the next use opens another. */
export interface Pool {
  query<T>(text: string, params?: readonly unknown[], name?: string): Promise<T[]>
  /** Runs `work` on one connection; after any failure that left a transaction open or the line dead, it is closed. */
  use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  end(): Promise<void>
}

export function createPool(access: PostgresAccess, use: string, max: number): Pool {
  const pool = new pg.Pool({
    ...clientConfig(access, use),
    max,
    idleTimeoutMillis: 60_000,
    // A store that could not start keeps no process alive.
    allowExitOnIdle: true,
    // Also the longest wait for a free one.
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS
  } as pg.PoolConfig)
  // An idle connection that the server closed: the pool has already let go of it.
  pool.on('error', () => {})
  return {
    async query<T>(text: string, params: readonly unknown[] = [], name?: string) {
      try {
        const { rows } = await pool.query({ text, values: [...params], ...(name ? { name } : {}) })
        return rows as T[]
      } catch (error) {
        throw toStoreError(error)
      }
    },
    async use(work) {
      let client: pg.PoolClient
      try {
        client = await pool.connect()
      } catch (error) {
        throw toStoreError(error)
      }
      let broken = true
      // While it is lent the pool does not listen: a dying line must not end the process; its query rejects.
      const onError = (): void => {}
      client.on('error', onError)
      try {
        const result = await work(client)
        broken = false
        return result
      } finally {
        client.off('error', onError)
        client.release(broken)
      }
    },
    async end() {
      if (!pool.ending) await pool.end()
    }
  }
}

/** Sends statements one behind the other without waiting in between; all are answered, then the first failure is thrown. */
export async function pipelined(client: pg.ClientBase, queries: pg.QueryConfig[]): Promise<pg.QueryResult[]> {
  const results = await Promise.allSettled(queries.map((query) => client.query(query)))
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
