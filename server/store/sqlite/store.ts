import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Patient, Resource } from '@medplum/fhirtypes'
import Database from 'better-sqlite3'
import type { Cause, ChangeEvent } from '../../../core/changes.ts'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../../core/fhir-store.ts'
import { type Logger, silentLogger } from '../../../core/log.ts'
import type { Sql, SqlValue } from '../../../core/sql.ts'
import type { Guard, StoreBackend, VersionRow } from '../backend.ts'
import type { Conformance } from '../conformance.ts'
import { extractRows } from '../index-rows/extract.ts'
import { inspect } from '../inspect.ts'
import { keyedLocks } from '../locks.ts'
import { patientOf } from '../patient-of.ts'
import { StoreRepository } from '../repository.ts'
import { createRules, ownRules } from '../rules.ts'
import { parseQuery, queryPairs } from '../search/query.ts'
import { runSearch, type Select } from '../search/search.ts'
import { whereSql } from '../search/to-sql.ts'
import type { ServerStore } from '../server-store.ts'
import { fromStoredJson, toStoredJson, withVersion } from '../stored-json.ts'
import { judgeOnce } from '../validate/judge-once.ts'
import type { Validate } from '../validate/validator.ts'
import { inProcessCoordination } from './coordination.ts'
import type { PreparedWrite } from './messages.ts'
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

interface Row {
  json: string | null
  version: number
  updated: string
  deleted: number
}

/** Every version of one resource, the current one too; type and id twice. */
const VERSIONS = `SELECT json, version, updated, deleted FROM resource WHERE rtype = ? AND id = ?
  UNION ALL SELECT h.json, h.version, h.updated, h.deleted FROM history h JOIN resource r ON r.rid = h.rid
  WHERE r.rtype = ? AND r.id = ?`

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

  const select: Select = (text, params) => query(text, params)

  async function write(writes: StoreWrite[], cause: Cause, guards?: Guard[]): Promise<WriteResult[]> {
    if (writes.length === 0) return []
    const prepared = writes.map((each) => prepare(each, validate))
    const at = clock.now().toISOString()
    const { written } = await writer.run({ kind: 'resources', writes: prepared, guards, cause, at })
    return written!.map(({ outcome, version, updated, json }, i) => ({
      outcome,
      resource:
        json === undefined ? withVersion(writes[i]!.resource, version, updated) : fromStoredJson(json, version, updated)
    }))
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
    async read<T extends Resource>(resourceType: string, id: string) {
      const [row] = query<Row>('SELECT json, version, updated, deleted FROM resource WHERE rtype = ? AND id = ?', [
        resourceType,
        id
      ])
      return row?.json ? fromStoredJson<T>(row.json, row.version, row.updated) : undefined
    },
    async readVersion<T extends Resource>(resourceType: string, id: string, versionId: string) {
      const version = /^[1-9]\d{0,14}$/.test(versionId) ? Number(versionId) : -1
      const [row] = query<Row>(`SELECT * FROM (${VERSIONS}) v WHERE version = ?`, [
        resourceType,
        id,
        resourceType,
        id,
        version
      ])
      return row?.json ? fromStoredJson<T>(row.json, row.version, row.updated) : undefined
    },
    async versions(resourceType, id, offset, limit) {
      const key = [resourceType, id, resourceType, id]
      const [{ n } = { n: 0 }] = query<{ n: number }>(`SELECT COUNT(*) AS n FROM (${VERSIONS}) v`, key)
      const rows = query<Row>(`SELECT * FROM (${VERSIONS}) v ORDER BY version DESC LIMIT ? OFFSET ?`, [
        ...key,
        limit,
        offset
      ])
      return { rows: rows.map(toVersionRow), total: n }
    },
    async run(request, after) {
      return runSearch(request, select, terminology.expand, after)
    },
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
      await writer.start()
      reader = new Database(file, { readonly: true })
      reader.pragma('busy_timeout = 5000')
      pageKey = await loadPageKey(sql)
    },
    async stop() {
      await writer.stop()
      statements.clear()
      reader?.close()
      reader = undefined
    },
    write: (writes, cause) => write(writes, cause),
    read: backend.read,
    readVersion: backend.readVersion,
    async search<T extends Resource>(text: string) {
      const at = text.indexOf('?')
      const resourceType = at < 0 ? text : text.slice(0, at)
      const request = parseQuery(resourceType, queryPairs(at < 0 ? '' : text.slice(at + 1)))
      return runSearch(request, select, terminology.expand).matches as (T & { id: string })[]
    },
    lock: locks,
    async takeChanges(limit) {
      const rows = query<{ seq: number; event: string }>('SELECT seq, event FROM change ORDER BY seq LIMIT ?', [limit])
      return rows.map(({ seq, event }) => ({ seq, event: JSON.parse(event) as ChangeEvent }))
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

function prepare({ resource, ifMatch, onlyIfAbsent, remove }: StoreWrite, validate: Validate): PreparedWrite {
  const base = {
    resourceType: resource.resourceType,
    id: resource.id,
    ifMatch,
    onlyIfAbsent,
    patientId: patientOf(resource)
  }
  if (remove) return base
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(resource.id)) {
    throw new AppError('FHIR_INVALID', { at: `${resource.resourceType}.id`, reason: 'id' })
  }
  const { references } = inspect(resource)
  validate(resource)
  return {
    ...base,
    references,
    json: toStoredJson(resource),
    rows: extractRows(resource)
  }
}

const toVersionRow = ({ json, version, updated, deleted }: Row): VersionRow => ({
  version,
  updated,
  deleted: deleted === 1,
  ...(json ? { resource: fromStoredJson(json, version, updated) } : {})
})

/** The key of the page tokens, made once for each store. */
async function loadPageKey(sql: Sql): Promise<Uint8Array> {
  await sql.define(['CREATE TABLE IF NOT EXISTS store_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL)'])
  const insert = "INSERT INTO store_secret (name, value) VALUES ('page', ?) ON CONFLICT (name) DO NOTHING"
  await sql.write([{ sql: insert, params: [randomBytes(32).toString('hex')] }])
  const [row] = await sql.all<{ value: string }>("SELECT value FROM store_secret WHERE name = 'page'")
  return Buffer.from(row!.value, 'hex')
}
