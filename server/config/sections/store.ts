import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

export interface SqliteStoreConfig {
  kind: 'sqlite'
  /** Extra wait after each commit, standing in for a slow disk; benches and tests only. */
  commitDelayMs: number
}

export interface PostgresStoreConfig {
  kind: 'postgres'
  /** 'postgres://user@host:5432/database'; 'postgres://user@/database?host=/run/postgresql' by a Unix socket. */
  url: string
  /** File whose first line is the password; '': that of the url, or PGPASSWORD. */
  passwordFile: string
  /**
   * 'verify': only by TLS, the server's certificate checked, name included; 'disable': without. '': verify, and disable for
   * a database on this machine.
   */
  tls: '' | 'verify' | 'disable'
  /** PEM file of the authority that signed the server's certificate; '': those that Node trusts. */
  caFile: string
  /** Everything lies in this schema of the database; made when absent. */
  schema: string
  /** Connections of one process at most. */
  poolSize: number
  /** Longest a statement may take. */
  statementTimeoutMs: number
}

export type StoreConfig = SqliteStoreConfig | PostgresStoreConfig

const SQLITE: SqliteStoreConfig = { kind: 'sqlite', commitDelayMs: 0 }
const POSTGRES: Omit<PostgresStoreConfig, 'url'> = {
  kind: 'postgres',
  passwordFile: '',
  tls: '',
  caFile: '',
  schema: 'hisbundle',
  poolSize: 10,
  statementTimeoutMs: 30_000
}
/** The session, the writers and one reader. */
const LEAST_CONNECTIONS = 5

export const store = defineSection<StoreConfig>(SQLITE, ['url', ...Object.keys(POSTGRES)], complete)

/** What is given, as the file, the environment and the defaults were laid over each other: keys of both kinds may be there. */
type Given = { kind: unknown } & Partial<Omit<SqliteStoreConfig, 'kind'>> & Partial<Omit<PostgresStoreConfig, 'kind'>>

function complete(config: StoreConfig): StoreConfig {
  const given: Given = config
  if (given.kind === 'sqlite') return sqlite(given)
  if (given.kind === 'postgres') return postgres(given)
  throw invalid('kind')
}

const invalid = (key: string, reason = 'value'): AppError =>
  new AppError('CONFIG_INVALID', { at: `store.${key}`, reason })

function sqlite({ kind: _kind, commitDelayMs = SQLITE.commitDelayMs, ...others }: Given): SqliteStoreConfig {
  for (const key of Object.keys(others)) throw invalid(key, 'not-for-sqlite')
  if (!(typeof commitDelayMs === 'number' && commitDelayMs >= 0)) throw invalid('commitDelayMs')
  return { kind: 'sqlite', commitDelayMs }
}

function postgres({ commitDelayMs, ...given }: Given): PostgresStoreConfig {
  if (commitDelayMs) throw invalid('commitDelayMs', 'not-for-postgres')
  const { url, ...rest } = { ...POSTGRES, ...given, kind: 'postgres' as const }
  if (!url) throw invalid('url', 'required')
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (!parsed || !['postgres:', 'postgresql:'].includes(parsed.protocol)) throw invalid('url', 'not-a-url')
  // What else could stand there (sslmode ...) has its own key here.
  for (const key of parsed.searchParams.keys()) if (key !== 'host') throw invalid('url', 'parameter')
  if (!['', 'verify', 'disable'].includes(rest.tls)) throw invalid('tls')
  for (const key of ['passwordFile', 'caFile'] as const) if (typeof rest[key] !== 'string') throw invalid(key)
  // PostgreSQL would fold capitals; what needs quoting is not worth having.
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(rest.schema)) throw invalid('schema')
  if (!(Number.isInteger(rest.poolSize) && rest.poolSize >= LEAST_CONNECTIONS && rest.poolSize <= 1000)) {
    throw invalid('poolSize')
  }
  if (!(Number.isInteger(rest.statementTimeoutMs) && rest.statementTimeoutMs >= 100))
    throw invalid('statementTimeoutMs')
  return { url, ...rest }
}
