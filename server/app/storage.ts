import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Logger } from '../../core/log.ts'
import { createBlobs } from '../blobs/index.ts'
import { createBus } from '../bus/index.ts'
import type { Config } from '../config/schema.ts'
import { createStore } from '../store/index.ts'
import { lockFolder } from './folder-lock.ts'
import { createSettings } from './settings.ts'
import { siteSecret } from './site-secret.ts'

/** Bus, FHIR store and blobs as the configuration names them, and what stands in the store for every process on it. */
export async function createStorage(config: Config, clock: Clock, log: Logger) {
  // What lies here is about patients: the owner's alone.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const store = createStore(config.store, { dataDir: config.dataDir, clock, log })
  const bus = createBus(config, clock, log)
  const blobs = await createBlobs(config)
  const settings = createSettings(store.sql)
  let secret: string | undefined
  let giveBack: (() => void) | undefined
  return {
    store,
    bus,
    blobs,
    settings,
    /** The site's secret; known from `start` on. */
    secret(): string {
      if (secret === undefined) throw new AppError('STORE_UNAVAILABLE', { reason: 'not-started' })
      return secret
    },
    async start(): Promise<void> {
      // What stands in SQLite belongs to one process, whatever the bus is.
      if (config.store.kind === 'sqlite') giveBack = lockFolder(join(config.dataDir, 'store'))
      await store.start()
      await settings.define()
      secret = await siteSecret(config, settings)
      await bus.start()
    },
    async stop(): Promise<void> {
      await bus.stop()
      await store.stop()
      giveBack?.()
      giveBack = undefined
    }
  }
}

export type Storage = Awaited<ReturnType<typeof createStorage>>
