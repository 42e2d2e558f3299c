import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Patient } from '@medplum/fhirtypes'
import Database from 'better-sqlite3'
import type { Cause } from '../../../core/changes.ts'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../../core/fhir-store.ts'
import { type Logger, silentLogger } from '../../../core/log.ts'
import type { Sql, SqlValue } from '../../../core/sql.ts'
import type { Guard, StoreBackend } from '../backend.ts'
import type { Conformance } from '../conformance.ts'
import { toResult } from '../decide.ts'
import { extractRows } from '../index-rows/extract.ts'
import { keyedLocks } from '../locks.ts'
import { prepare } from '../prepare.ts'
import { createReads, loadPageKey, toChange } from '../reads.ts'
import { StoreRepository } from '../repository.ts'
import { createRules, ownRules } from '../rules.ts'
import { whereSql } from '../search/to-sql.ts'
import type { ServerStore } from '../server-store.ts'
import { judgeOnce } from '../validate/judge-once.ts'
import { inProcessCoordination } from './coordination.ts'
import { migrateFile } from './migrate-file.ts'
import { risingStamps } from './rising-stamps.ts'
import { WriterClient } from './writer-client.ts'

export interface SqliteStoreOptions {
  /** Folder of the database; made when absent. */
  dir: string
  clock?: Clock
  log?: Logger
  /** What meta.profile is held to and `:in` may name; default: our own implementation guide. */
  conformance?: Conformance
  /** Extra wait after each commit, standing in for a slow disk; benches and tests only. Default 0. */
  commitDelayMs?: number
  /** Transactions that share one commit at most. Default 1000. */
  maxGroup?: number
  /** Transactions that may wait before BACK_PRESSURE. Default 10000. */
  maxWaiting?: number
}

export interface SqliteStore extends ServerStore {
  /** Kills the writer thread as a crash would; for tests. */
  crashWriter(): Promise<void>
}

/** The latest stamp of all current versions, by one seek into the index for each resource type. */
const LAST_STAMP = `WITH RECURSIVE t (rtype) AS (SELECT min(rtype) FROM resource
  UNION ALL SELECT (SELECT min(r.rtype) FROM resource r WHERE r.rtype > t.rtype) FROM t WHERE t.rtype IS NOT NULL)
  SELECT max((SELECT max(r.updated) FROM resource r WHERE r.rtype = t.rtype)) AS last FROM t`

/** The embedded FHIR store: one SQLite file, a writer thread with group commit, reads in this thread. */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const {
    dir,
    clock = systemClock,
    log = silentLogger,
    commitDelayMs = 0,
    maxGroup = 1000,
    maxWaiting = 10_000
  } = options
  const file = join(dir, 'fhir.sqlite')
  const listeners = new Set<() => void>()
  const locks = keyedLocks()
  const stamps = risingStamps(clock)
  const rules = options.conformance ? createRules(options.conformance) : ownRules()
  const { terminology } = rules
  const validate = judgeOnce(rules.validate)
  const writer = new WriterClient({
    file,
    commitDelayMs,
    maxGroup,
    maxWaiting,
    log,
    onChanges: () => {
      for (const listener of listeners) listener()
    }
  })
  let reader: Database.Database | undefined
  let pageKey: Uint8Array = new Uint8Array(32)
  const statements = new Map<string, Database.Statement>()

  function query<T>(sql: string, params: readonly SqlValue[] = []): T[] {
    if (!reader) throw new AppError('STORE_UNAVAILABLE', { reason: 'stopped' })
    let statement = statements.get(sql)
    if (!statement) {
      if (statements.size > 500) statements.clear()
      statement = reader.prepare(sql)
      statements.set(sql, statement)
    }
    return statement.all(...params) as T[]
  }

  const reads = createReads((text, params) => query(text, params), terminology.expand)

  async function write(writes: StoreWrite[], cause: Cause, guards?: Guard[]): Promise<WriteResult[]> {
    if (writes.length === 0) return []
    const prepared = writes.map((each) => prepare(each, validate))
    const at = stamps.next()
    const { written } = await writer.run({ kind: 'resources', writes: prepared, guards, cause, at })
    return written!.map((each, i) => toResult(writes[i]!, each))
  }

  const sql: Sql = {
    async define(ddl) {
      await writer.run({ kind: 'define', ddl })
    },
    async all<T>(text: string, params?: SqlValue[]) {
      return query<T>(text, params)
    },
    async write(list) {
      return (await writer.run({ kind: 'sql', statements: list })).changed!
    }
  }

  const backend: StoreBackend = {
    commit: write,
    ...reads,
    guard(request, expect) {
      const { text, params } = whereSql(request, terminology.expand)
      return { sql: `SELECT r.id AS id FROM resource r WHERE ${text} LIMIT 3`, params, expect }
    },
    get pageKey() {
      return pageKey
    }
  }

  return {
    sql,
    coordination: inProcessCoordination(),
    async start() {
      mkdirSync(dir, { recursive: true })
      await migrateFile(file)
      await writer.start()
      reader = new Database(file, { readonly: true })
      reader.pragma('busy_timeout = 5000')
      stamps.startAfter(query<{ last: string | null }>(LAST_STAMP)[0]?.last)
      pageKey = await loadPageKey(sql)
    },
    async stop() {
      await writer.stop()
      statements.clear()
      reader?.close()
      reader = undefined
    },
    write: (writes, cause) => write(writes, cause),
    read: reads.read,
    readVersion: reads.readVersion,
    search: reads.search,
    lock: locks,
    async takeChanges(limit) {
      const sql = 'SELECT seq, event FROM change ORDER BY seq LIMIT ?'
      return query<{ seq: number; event: string }>(sql, [limit]).map(toChange)
    },
    async dropChanges(seq) {
      await writer.run({ kind: 'sql', statements: [{ sql: 'DELETE FROM change WHERE seq <= ?', params: [seq] }] })
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    repository: (cause) => new StoreRepository(backend, cause),
    stats: () => writer.stats(),
    warmUp() {
      const sample: Patient = { resourceType: 'Patient', id: 'warm-up', gender: 'unknown' }
      validate(sample)
      extractRows(sample)
    },
    crashWriter: () => writer.crash()
  }
}
