import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { createLogger, type Logger, silentLogger } from '../../core/log.ts'
import { readModelFolder } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { type App, createApp } from '../../server/app/create-app.ts'
import { loadConfig } from '../../server/config/load.ts'
import { postgresOf } from '../../server/store/fixtures/store-of.ts'

export interface WorldOptions {
  /** Laid over the test configuration, as a configuration file would be. */
  config?: Record<string, unknown>
  clock?: Clock
  /** An existing data folder: a restart of a world that was stopped or killed. */
  dataDir?: string
  /** 'warn' prints what the server logs. Default silent. */
  logLevel?: string
  /** Where the log goes, at the level of `logLevel` (default trace when given); default stderr. */
  logStream?: { write(line: string): void }
  mode?: 'off' | 'shadow' | 'advisory'
}

export interface World {
  app: App
  dataDir: string
  /** 'http://127.0.0.1:port' */
  http: string
  /** Address of a feed by name: 'mllp://...', 'dicom://...'. */
  address(feed: string): string
  /** GET under /fhir/R4; the parsed resource. */
  fhir<T>(path: string): Promise<T>
  /** Resources of a search. */
  search<T>(query: string): Promise<T[]>
  admin<T>(path: string, body?: unknown): Promise<T>
  /** Polls until `check` gives something; rejects after `timeoutMs` (default 30 s) with what it waits for. */
  until<T>(
    what: string,
    check: () => Promise<T | undefined | false> | T | undefined | false,
    timeoutMs?: number
  ): Promise<T>
  /** Stops the server; the folder stays when `keep`. */
  stop(options?: { keep?: boolean }): Promise<void>
}

/** sha256 of the shipped Pocket-K weights: what an advisory approval has to name. */
export async function shippedModelSha256(): Promise<string> {
  return (await readModelFolder(join(SHIPPED_MODELS, 'pocket-k-1'), true)).manifest.sha256
}

export const pocketK = async (mode: 'off' | 'shadow' | 'advisory') => ({
  'pocket-k': {
    mode,
    policy: {},
    ...(mode === 'advisory'
      ? {
          approval: {
            approver: 'test',
            date: '2026-01-01',
            modelSha256: await shippedModelSha256(),
            threshold: 0.5,
            evaluation: 'test'
          }
        }
      : {})
  }
})

const logOf = ({ logLevel, logStream }: WorldOptions): Logger => {
  if (logStream) return createLogger({ level: logLevel ?? 'trace', stream: logStream })
  return logLevel ? createLogger({ level: logLevel }) : silentLogger
}

/** The whole server on embedded parts, free ports and a folder of its own: one HL7, one DICOM, one HTTP and one live feed. */
export async function buildWorld(options: WorldOptions = {}): Promise<World> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hb-world-'))
  const codeMap = {
    orders: { KSCREEN: 'pocket-k', 'L|KSCREEN': 'pocket-k' },
    observations: {
      'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium [Moles/volume] in Serum or Plasma' }
    }
  }
  const store = postgresOf(dataDir)
  const config = loadConfig({
    file: undefined,
    env: {},
    override: {
      dataDir,
      ...(store ? { store } : {}),
      http: { port: 0 },
      feeds: [
        { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap },
        {
          name: 'dicom',
          transport: 'dimse',
          options: { port: 0, seriesTimeoutMs: 300 },
          defaultAuthority: 'HOSP',
          zone: 'UTC',
          codeMap: {}
        },
        { name: 'drop', transport: 'http-drop', options: {}, defaultAuthority: 'HOSP', zone: 'UTC', codeMap },
        { name: 'live', transport: 'websocket-ecg', options: {}, defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} }
      ],
      modules: await pocketK(options.mode ?? 'advisory'),
      subscriptions: { allowedHosts: ['127.0.0.1'] },
      alerts: { provisionalPatients: true },
      ...options.config
    }
  })
  const log: Logger = logOf(options)
  const app = await createApp(config, { log, ...(options.clock ? { clock: options.clock } : {}) })
  const { http, feeds } = await app.start()
  const getJson = async <T>(path: string, body?: unknown): Promise<T> => {
    const response = await fetch(
      `${http}${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    )
    if (!response.ok) throw new Error(`${path.split('?')[0]} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    app,
    dataDir,
    http,
    address: (name) => {
      const feed = feeds.find((one) => one.name === name)
      if (!feed) throw new Error(`no feed ${name}`)
      return feed.address
    },
    fhir: (path) => getJson(`/fhir/R4/${path}`),
    async search<T>(query: string) {
      const bundle = await getJson<{ entry?: { resource: T }[] }>(`/fhir/R4/${query}`)
      return (bundle.entry ?? []).map(({ resource }) => resource)
    },
    admin: getJson,
    async until(what, check, timeoutMs = 30_000) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const found = await check()
        if (found) return found
        if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    },
    async stop({ keep = false } = {}) {
      await app.stop()
      if (!keep) rmSync(dataDir, { recursive: true, force: true })
    }
  }
}
