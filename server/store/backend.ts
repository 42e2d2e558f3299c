import type { Resource } from '@medplum/fhirtypes'
import type { Cause } from '../../core/changes.ts'
import type { StoreWrite, WriteResult } from '../../core/fhir-store.ts'
import type { SqlValue } from '../../core/sql.ts'
import type { Cursor } from './search/page.ts'
import type { Query } from './search/query.ts'
import type { SearchResult } from './search/search.ts'

/** A query that must give just these ids (sorted) inside the write transaction; else the batch is refused 'guard'. */
export interface Guard {
  sql: string
  params: SqlValue[]
  expect: string[]
  /** What keeps its answer from changing until the commit, where several write at once. */
  locks?: string[]
}

export interface VersionRow {
  version: number
  updated: string
  deleted: boolean
  resource?: Resource & { id: string }
}

/** What a database must offer so that the FHIR repository can stand on it; SQLite now, PostgreSQL under the same suite. */
export interface StoreBackend {
  /** All or nothing; guards are evaluated inside the transaction. Rejects FHIR_VERSION_CONFLICT reason 'guard'. */
  commit(writes: StoreWrite[], cause: Cause, guards?: Guard[]): Promise<WriteResult[]>
  read<T extends Resource>(resourceType: string, id: string): Promise<T | undefined>
  readVersion<T extends Resource>(resourceType: string, id: string, versionId: string): Promise<T | undefined>
  /** Versions of a resource, newest first; empty when it never was. */
  versions(
    resourceType: string,
    id: string,
    offset: number,
    limit: number
  ): Promise<{ rows: VersionRow[]; total: number }>
  run(query: Query, after?: Cursor): Promise<SearchResult>
  guard(query: Query, expect: string[]): Guard
  /** Key of the page tokens; the same for every process on this store. */
  readonly pageKey: Uint8Array
}
