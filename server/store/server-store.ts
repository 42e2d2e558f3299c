import type { FhirStore } from '../../core/fhir-store.ts'

export interface StoreStats {
  /** COMMITs that returned: each made durable what it held, by one flush of the database's log. */
  commits: number
  /** Transactions made durable by them. */
  transactions: number
  waiting: number
  /** Times the database was lost and found again. */
  restarts: number
}

/** What the server needs of a store beyond the contract. */
export interface ServerStore extends FhirStore {
  stats(): StoreStats
  /** Loads definitions and value sets now (about a second) instead of at the first write; call before saying ready. */
  warmUp(): void
}
