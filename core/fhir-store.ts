import type { FhirRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { Cause, ChangeEvent } from './changes.ts'
import type { Coordination } from './coordination.ts'
import type { Sql } from './sql.ts'

/** One resource of an atomic write. Without condition: create or update by id (a write equal to the current version makes no new version and no event). */
export interface StoreWrite {
  resource: Resource & { id: string }
  /** Only if this is the current version. */
  ifMatch?: string
  /** Only if no such resource is stored; when one is, the entry is left out and its result says 'kept'. */
  onlyIfAbsent?: boolean
  /** Remove it (a tombstone version is written). */
  remove?: boolean
}

export interface WriteResult {
  resource: Resource & { id: string }
  outcome: 'created' | 'updated' | 'unchanged' | 'kept' | 'deleted'
}

/**
 * FHIR R4 store. Every commit writes its change rows in the same database transaction (design section 3). Writes are
 * durable when their promise resolves; writes that wait together share one fsync (group commit).
 */
export interface FhirStore {
  start(): Promise<void>
  stop(): Promise<void>
  /** All or nothing. Rejects FHIR_INVALID, FHIR_REFERENCE_MISSING, FHIR_VERSION_CONFLICT, STORE_UNAVAILABLE. */
  write(writes: StoreWrite[], cause: Cause): Promise<WriteResult[]>
  read<T extends Resource>(resourceType: string, id: string): Promise<T | undefined>
  readVersion<T extends Resource>(resourceType: string, id: string, versionId: string): Promise<T | undefined>
  /** 'Observation?patient=x&_count=5': matching resources, without includes' bundle dressing. */
  search<T extends Resource>(query: string): Promise<T[]>
  /** Runs `work` while holding all keys (taken in sorted order, so no two can wait for each other). */
  lock<T>(keys: string[], work: () => Promise<T>): Promise<T>
  /** Oldest change rows not yet relayed, in commit order. */
  takeChanges(limit: number): Promise<{ seq: number; event: ChangeEvent }[]>
  /** Deletes change rows up to and including `seq`, after they are on the bus. */
  dropChanges(seq: number): Promise<void>
  /** Called after each commit that made change rows; returns the way to end it. */
  onCommit(listener: () => void): () => void
  /** The REST view for @medplum/fhir-router; all its writes carry the cause. */
  repository(cause: Cause): FhirRepository
  /** Operational tables (timers, receipts, outbox ...) beside the resources, same durability and group commit. */
  readonly sql: Sql
  /** Who of several processes on this store does what. */
  readonly coordination: Coordination
}
