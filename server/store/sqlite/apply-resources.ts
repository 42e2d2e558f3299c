import type Database from 'better-sqlite3'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Guard } from '../backend.ts'
import { decide, type Written } from '../decide.ts'
import type { IndexRows } from '../index-rows/rows.ts'
import type { PreparedWrite } from '../prepare.ts'
import { INDEX_COLUMNS, type IndexTable } from '../tables.ts'
import type { Job } from './messages.ts'

interface Current {
  rid: number
  version: number
  updated: string
  deleted: number
  json: string | null
}

type ResourcesJob = Extract<Job, { kind: 'resources' }>
const TABLES = Object.keys(INDEX_COLUMNS) as IndexTable[]

/** Applies a batch of resource writes inside the transaction that is open on `db`: versions, history, index and change rows. */
export function applyResources(
  db: Database.Database,
  prepared: (sql: string) => Database.Statement
): { apply(job: ResourcesJob): Written[]; readonly changes: number } {
  const current = db.prepare<[string, string], Current>(
    'SELECT rid, version, updated, deleted, json FROM resource WHERE rtype = ? AND id = ?'
  )
  const exists = db.prepare('SELECT 1 FROM resource WHERE rtype = ? AND id = ? AND deleted = 0')
  const insert = db.prepare(
    'INSERT INTO resource (rtype, id, version, updated, deleted, json) VALUES (?, ?, 1, ?, 0, ?)'
  )
  const keep = db.prepare(
    'INSERT INTO history (rid, version, updated, deleted, json) SELECT rid, version, updated, deleted, json FROM resource WHERE rid = ?'
  )
  const update = db.prepare('UPDATE resource SET version = ?, updated = ?, deleted = ?, json = ? WHERE rid = ?')
  const change = db.prepare('INSERT INTO change (event) VALUES (?)')
  const add = TABLES.map((table) => {
    const columns = INDEX_COLUMNS[table]
    const marks = columns.map(() => '?').join(', ')
    return db.prepare(`INSERT OR IGNORE INTO ix_${table} (${columns.join(', ')}, rid) VALUES (${marks}, ?)`)
  })
  const clear = TABLES.map((table) => db.prepare(`DELETE FROM ix_${table} WHERE rid = ?`))
  let changes = 0

  function addRows(rid: number, rows: IndexRows): void {
    for (let i = 0; i < TABLES.length; i++) {
      for (const row of rows[TABLES[i]!]) add[i]!.run(...row, rid)
    }
  }

  function applyOne(write: PreparedWrite, job: ResourcesJob): Written {
    const old = current.get(write.resourceType, write.id)
    const { written, next, event } = decide(write, old && { ...old, deleted: old.deleted === 1 }, job)
    if (!next) return written
    if (old === undefined) {
      const { lastInsertRowid } = insert.run(write.resourceType, write.id, next.updated, next.json)
      if (write.rows) addRows(Number(lastInsertRowid), write.rows)
    } else {
      keep.run(old.rid)
      update.run(next.version, next.updated, next.deleted ? 1 : 0, next.json, old.rid)
      for (const statement of clear) statement.run(old.rid)
      if (write.rows) addRows(old.rid, write.rows)
    }
    changes += 1
    change.run(JSON.stringify(event))
    return written
  }

  function checkGuard(guard: Guard): void {
    const found = (prepared(guard.sql).all(...guard.params) as { id: string }[]).map((row) => row.id).sort()
    if (found.length !== guard.expect.length || found.some((id, i) => id !== guard.expect[i])) {
      throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'guard' })
    }
  }

  return {
    get changes() {
      return changes
    },
    apply(job) {
      for (const guard of job.guards ?? []) checkGuard(guard)
      const written = job.writes.map((write) => applyOne(write, job))
      // After all writes, so that entries of one batch may point at each other.
      for (const write of job.writes) {
        for (const [reference, at] of write.references ?? []) {
          const [type, id] = reference.split('/') as [string, string]
          if (exists.get(type, id) === undefined) throw new AppError('FHIR_REFERENCE_MISSING', { at })
        }
      }
      return written
    }
  }
}
