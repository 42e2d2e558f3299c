/**
 * The writer thread: it alone writes to the database. Everything that waits is run in one transaction, each job in its
 * own savepoint, and answered after the COMMIT returned: many durable transactions share one fsync (group commit).
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { AppError } from '../../../core/errors/app-error.ts'
import { failpoint } from '../../../core/failpoint.ts'
import { applyResources } from './apply-resources.ts'
import type { FromWriter, Job, JobResult, ToWriter, WriterOptions } from './messages.ts'

const options = workerData as WriterOptions
const port = parentPort as MessagePort
const db = new Database(options.file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('busy_timeout = 5000')
db.pragma('cache_size = -32000')
// A checkpoint writes each changed page once however often it changed: 16 MB of log between two spares most of them.
db.pragma('wal_autocheckpoint = 4000')

const resources = applyResources(db, prepared)
const statements = new Map<string, Database.Statement>()

/** Statements of others, compiled once; bounded. */
function prepared(sql: string): Database.Statement {
  let statement = statements.get(sql)
  if (!statement) {
    if (statements.size >= 500) statements.clear()
    statement = db.prepare(sql)
    statements.set(sql, statement)
  }
  return statement
}

const begin = db.prepare('BEGIN IMMEDIATE')
const commit = db.prepare('COMMIT')
const savepoint = db.prepare('SAVEPOINT job')
const release = db.prepare('RELEASE job')
const undo = db.prepare('ROLLBACK TO job')

port.on('message', (first: ToWriter) => {
  const group = [first]
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    group.push(next.message as ToWriter)
    if (group.length >= options.maxGroup) break
  }
  port.postMessage(runGroup(group))
})
port.postMessage({ kind: 'ready' } satisfies FromWriter)

function runGroup(group: ToWriter[]): FromWriter {
  let changes = 0
  try {
    begin.run()
    const results: [number, JobResult][] = []
    for (const { number, job } of group) {
      const before = resources.changes
      const result = runJob(job)
      if (result.ok) changes += resources.changes - before
      results.push([number, result])
    }
    failpoint('store.before-commit')
    commit.run()
    failpoint('store.committed')
    if (options.commitDelayMs > 0) pause(options.commitDelayMs)
    const transactions = results.filter(([, result]) => result.ok).length
    return { kind: 'committed', results, changes, commits: 1, transactions }
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    const failed: JobResult = { ok: false, code: 'STORE_UNAVAILABLE', reason: sqliteReason(error) }
    return {
      kind: 'committed',
      results: group.map(({ number }) => [number, failed]),
      changes: 0,
      commits: 0,
      transactions: 0
    }
  }
}

function runJob(job: Job): JobResult {
  savepoint.run()
  try {
    const result = apply(job)
    release.run()
    return result
  } catch (error) {
    // A full disk or an I/O error has already ended the whole transaction: then the group fails as one.
    if (!db.inTransaction) throw error
    undo.run()
    release.run()
    if (error instanceof AppError) return { ok: false, code: error.code, reason: error.reason, at: error.at }
    return { ok: false, code: 'STORE_UNAVAILABLE', reason: sqliteReason(error) }
  }
}

function apply(job: Job): JobResult {
  switch (job.kind) {
    case 'resources':
      return { ok: true, written: resources.apply(job) }
    case 'sql':
      return { ok: true, changed: job.statements.map(({ sql, params = [] }) => prepared(sql).run(...params).changes) }
    case 'define':
      for (const ddl of job.ddl) db.exec(ddl)
      return { ok: true }
    default:
      throw job satisfies never
  }
}

const REASONS = ['constraint', 'full', 'busy', 'ioerr', 'readonly', 'corrupt', 'error']

/** The kind of an SQLite error, from a fixed list: its own message may quote values. */
function sqliteReason(error: unknown): string {
  const code = String((error as { code?: unknown })?.code ?? '').toLowerCase()
  return REASONS.find((reason) => code.startsWith(`sqlite_${reason}`)) ?? 'other'
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
