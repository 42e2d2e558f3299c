import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { Logger } from '../../core/log.ts'
import { createFileBlobStore } from '../blobs/file-blob-store.ts'
import { createBus } from '../bus/index.ts'
import type { Config } from '../config/schema.ts'
import { createStore } from '../store/index.ts'

/** Bus, FHIR store and blobs of the configuration, each in its own file or folder under the data folder. */
export async function createStorage(config: Config, clock: Clock, log: Logger) {
  // What lies here is about patients: the owner's alone.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const store = createStore(config.store, { dataDir: config.dataDir, clock, log })
  const bus = createBus(config, clock, log)
  const blobs = await createFileBlobStore(join(config.dataDir, 'blobs'))
  return { store, bus, blobs, secret: siteSecret(config.dataDir) }
}

/** The key under which ids are made from business identifiers; made once, readable by the owner only. */
function siteSecret(dataDir: string): string {
  const file = join(dataDir, 'site-secret')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8')
}
