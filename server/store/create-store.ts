import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/log.ts'
import type { StoreConfig } from '../config/sections/store.ts'
import type { ServerStore } from './server-store.ts'
import { createSqliteStore } from './sqlite/store.ts'

export interface StorePlace {
  /** Where a store that is embedded keeps its files, below 'store/'. */
  dataDir: string
  clock: Clock
  log: Logger
}

/** The store of the configuration; not yet started. */
export function createStore(config: StoreConfig, { dataDir, clock, log }: StorePlace): ServerStore {
  return createSqliteStore({ dir: join(dataDir, 'store'), clock, log, commitDelayMs: config.commitDelayMs })
}
