import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../core/clock.ts'
import { silentLogger } from '../../../core/log.ts'
import { type App, createApp } from '../../../server/app/create-app.ts'
import { createStorage, type Storage } from '../../../server/app/storage.ts'
import { loadConfig } from '../../../server/config/load.ts'
import type { Role } from '../../../server/config/sections/roles.ts'

export interface RunningRole {
  app: App
  http: string
  feeds: Record<string, string>
}

/**
 * Servers of one role each around one bus, store and blob store, as processes would stand around Kafka and PostgreSQL: they
 * share nothing else. (The real thing, in real processes, is test/peers/engines.)
 */
export async function splitWorld(override: Record<string, unknown>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'hb-split-'))
  const config = loadConfig({ env: {}, override: { dataDir, http: { port: 0 }, ...override } })
  const real = await createStorage(config, systemClock, silentLogger)
  await real.start()
  const storage: Storage = { ...real, async start() {}, async stop() {} }
  const running: RunningRole[] = []
  return {
    storage,
    async start(...roles: Role[]): Promise<RunningRole> {
      // Each has a folder of its own, as machines would.
      const own = join(dataDir, `process-${running.length}`)
      const app = await createApp({ ...config, dataDir: own, roles }, { log: silentLogger, storage })
      const { http, feeds } = await app.start()
      const role = { app, http, feeds: Object.fromEntries(feeds.map(({ name, address }) => [name, address])) }
      running.push(role)
      return role
    },
    async stop(): Promise<void> {
      for (const { app } of running) await app.stop()
      await real.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}
