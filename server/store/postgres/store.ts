import { randomUUID } from 'node:crypto'
import type { Patient } from '@medplum/fhirtypes'
import type { Cause } from '../../../core/changes.ts'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../../core/fhir-store.ts'
import { type Logger, silentLogger } from '../../../core/log.ts'
import type { Guard, StoreBackend } from '../backend.ts'
import type { Conformance } from '../conformance.ts'
import { toResult } from '../decide.ts'
import { extractRows } from '../index-rows/extract.ts'
import { prepare } from '../prepare.ts'
import { createReads, loadPageKey } from '../reads.ts'
import { StoreRepository } from '../repository.ts'
import { createRules, ownRules } from '../rules.ts'
import { whereSql } from '../search/to-sql.ts'
import type { ServerStore } from '../server-store.ts'
import { judgeOnce } from '../validate/judge-once.ts'
import { createChanges } from './changes.ts'
import { createPool, type PostgresAccess } from './connect.ts'
import { createPostgresCoordination } from './coordination.ts'
import { toDollarMarks, withoutNul } from './dialect.ts'
import { createKeyLocks } from './key-locks.ts'
import { addLock, conditionLocks, type LockSet, lockNumber, locksOfWrites } from './lock-keys.ts'
import { migrateDatabase } from './migrate-database.ts'
import { toStoreError } from './pg-error.ts'
import { MAX_CHANGES } from './resource-sql.ts'
import { createResourceWriter, tooMany } from './resource-writer.ts'
import { Session } from './session.ts'
import { createPostgresSql } from './sql-writer.ts'

export interface PostgresStoreOptions {
  access: PostgresAccess
  clock?: Clock
  log?: Logger
  /** What meta.profile is held to and `:in` may name; default: our own implementation guide. */
  conformance?: Conformance
  /** Connections at most, the session's included; at least 4. Default 10. */
  poolSize?: number
  /** Groups of resource transactions that run at once, of the pool. Default 2. */
  parallelWrites?: number
  /** Transactions that share one database transaction at most. Default 200. */
  maxGroup?: number
  /** Transactions that may wait before BACK_PRESSURE. Default 10000. */
  maxWaiting?: number
}

/** The session and the operational tables' writer. */
const OTHER_CONNECTIONS = 2

/**
 * The FHIR store on PostgreSQL 13 or later, for several processes at once. Resource transactions that wait together share
 * one database transaction; see resource-group.ts for how those of several processes keep out of each other's way.
 */
export function createPostgresStore(options: PostgresStoreOptions): ServerStore {
  const {
    access,
    clock = systemClock,
    log = silentLogger,
    poolSize = 10,
    parallelWrites = 2,
    maxWaiting = 10_000
  } = options
  const { schema } = access
  const counts = { commits: 0, transactions: 0 }
  const rules = options.conformance ? createRules(options.conformance) : ownRules()
  const { terminology } = rules
  const validate = judgeOnce(rules.validate)

  const writers = createPool(access, 'write', parallelWrites + 1)
  const readers = createPool(access, 'read', Math.max(1, poolSize - parallelWrites - OTHER_CONNECTIONS))
  const session = new Session({
    access,
    log,
    onNotify(payload) {
      locks.heard(payload)
      coordination.heard(payload)
      changes.heard(payload)
    }
  })
  const locks = createKeyLocks(session, schema)
  const coordination = createPostgresCoordination(session, schema)
  const changes = createChanges({ readers, writers, session, processId: randomUUID() })
  const resources = createResourceWriter({
    pool: writers,
    schema,
    parallel: parallelWrites,
    maxJobs: options.maxGroup,
    maxWaiting,
    onChanges: changes.committed,
    stats: counts
  })
  const operational = createPostgresSql({ writers, readers, schema, maxWaiting, stats: counts })
  const reads = createReads(
    (text, params) => readers.query(toDollarMarks(text), params.map(withoutNul)),
    terminology.expand
  )
  let pageKey: Uint8Array = new Uint8Array(32)

  async function write(writes: StoreWrite[], cause: Cause, guards: Guard[] = []): Promise<WriteResult[]> {
    if (writes.length === 0) return []
    if (writes.length > MAX_CHANGES) throw tooMany()
    locks.assertHeld()
    const prepared = writes.map((each) => prepare(each, validate))
    const needed: LockSet = new Map()
    const conditions: LockSet = new Map()
    locksOfWrites(schema, prepared, needed)
    for (const text of guards.flatMap((guard) => guard.locks ?? [])) {
      const number = lockNumber('write', schema, text)
      const exclusive = !text.startsWith('resource|')
      addLock(conditions, number, exclusive)
      addLock(needed, number, exclusive)
    }
    const { written } = await resources.add({
      writes: prepared,
      guards,
      cause,
      at: clock.now().toISOString(),
      locks: needed,
      conditionLocks: conditions
    })
    return written.map((each, i) => toResult(writes[i]!, each))
  }

  const backend: StoreBackend = {
    commit: write,
    ...reads,
    guard(request, expect) {
      const { text, params } = whereSql(request, terminology.expand)
      const found = expect.map((id) => `resource|${request.resourceType}/${id}`)
      const sql = `SELECT r.id AS id FROM resource r WHERE ${text} LIMIT 3`
      return { sql, params, expect, locks: [...conditionLocks(request), ...found] }
    },
    get pageKey() {
      return pageKey
    }
  }

  return {
    sql: operational.sql,
    coordination,
    async start() {
      try {
        await writers.use((client) => migrateDatabase(client, schema))
        await refuseLooseDurability()
      } catch (error) {
        throw error instanceof AppError ? error : toStoreError(error)
      }
      await session.start()
      pageKey = await loadPageKey(operational.sql)
    },
    async stop() {
      await Promise.all([resources.stop(), operational.stop()])
      coordination.stop()
      changes.stop()
      await session.stop()
      await Promise.all([writers.end(), readers.end()])
    },
    write: (writes, cause) => write(writes, cause),
    read: reads.read,
    readVersion: reads.readVersion,
    search: reads.search,
    lock: locks.lock,
    takeChanges: changes.takeChanges,
    dropChanges: changes.dropChanges,
    onCommit: changes.onCommit,
    repository: (cause) => new StoreRepository(backend, cause),
    stats: () => ({
      ...counts,
      waiting: resources.waiting + operational.waiting,
      restarts: session.reconnects
    }),
    warmUp() {
      const sample: Patient = { resourceType: 'Patient', id: 'warm-up', gender: 'unknown' }
      validate(sample)
      extractRows(sample)
    }
  }

  /** An acknowledgement promises durability; a server that answers before it wrote cannot keep that. */
  async function refuseLooseDurability(): Promise<void> {
    const [row] = await readers.query<{ loose: boolean }>(
      "SELECT current_setting('fsync') = 'off' OR current_setting('synchronous_commit') = 'off' AS loose"
    )
    if (row!.loose) throw new AppError('CONFIG_INVALID', { at: 'store', reason: 'store-not-durable' })
  }
}
