import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/log.ts'
import type { StoreConfig } from '../config/sections/store.ts'
import { accessOf } from './postgres/access.ts'
import { createPostgresStore } from './postgres/store.ts'
import type { ServerStore } from './server-store.ts'
import { createSqliteStore } from './sqlite/store.ts'

export interface StorePlace {
  /** Where a store that is embedded keeps its files, below 'store/'. */
  dataDir: string
  clock: Clock
  log: Logger
}

/**
 * The store of the configuration; not yet started.
 *
 * @throws AppError CONFIG_INVALID when a file that the configuration names cannot be read
 */
export function createStore(config: StoreConfig, { dataDir, clock, log }: StorePlace): ServerStore {
  switch (config.kind) {
    case 'sqlite':
      return createSqliteStore({ dir: join(dataDir, 'store'), clock, log, commitDelayMs: config.commitDelayMs })
    case 'postgres':
      return createPostgresStore({ access: accessOf(config), poolSize: config.poolSize, clock, log })
    default:
      throw config satisfies never
  }
}
