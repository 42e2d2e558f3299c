import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHIPPED_MODELS } from '../../../inference/runtime/runtime.ts'
import { shippedModelSha256 } from '../../support/world.ts'
import { laboratory, subscriber } from './receivers.ts'

export const json = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answered ${response.status} ${(await response.text()).slice(0, 300)}`)
  return (await response.json()) as T
}
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One server folder with its configuration, the laboratory and the subscriber outside it. */
export async function site(secret: string) {
  const dir = mkdtempSync(join(tmpdir(), 'hb-kill-'))
  const dataDir = join(dir, 'data')
  mkdirSync(dataDir)
  // The same secret makes the same ids in both runs.
  writeFileSync(join(dataDir, 'site-secret'), secret, { mode: 0o600 })
  cpSync(SHIPPED_MODELS, join(dir, 'models'), { recursive: true })
  const lab = await laboratory()
  const hook = await subscriber()
  const codeMap = {
    orders: { 'L|KSCREEN': 'pocket-k' },
    observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3' } }
  }
  const feed = { defaultAuthority: 'HOSP', zone: 'UTC' }
  const config = {
    dataDir,
    http: { port: 0 },
    models: { root: join(dir, 'models') },
    feeds: [
      { name: 'hl7', transport: 'mllp', options: { port: 0 }, codeMap, replyTo: 'lab', ...feed },
      { name: 'dicom', transport: 'dimse', options: { port: 0, seriesTimeoutMs: 500 }, codeMap: {}, ...feed },
      { name: 'drop', transport: 'http-drop', options: {}, codeMap, ...feed }
    ],
    destinations: [
      { name: 'lab', kind: 'mllp', address: lab.address, acceptsSynthetic: true, profile: { timeoutMs: 3000 } }
    ],
    modules: {
      'pocket-k': {
        mode: 'advisory',
        policy: {},
        approval: {
          approver: 'test',
          date: '2026-01-01',
          modelSha256: await shippedModelSha256(),
          threshold: 0.5,
          evaluation: 'test'
        }
      },
      ecgomics: { mode: 'shadow', policy: {} }
    },
    subscriptions: { allowedHosts: ['127.0.0.1'] },
    alerts: { provisionalPatients: true },
    log: { level: 'error' }
  }
  const configFile = join(dir, 'config.json')
  writeFileSync(configFile, JSON.stringify(config))
  return {
    configFile,
    lab,
    hook,
    async close() {
      await lab.close()
      await hook.close()
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

export type Site = Awaited<ReturnType<typeof site>>

export async function subscribe(http: string, url: string): Promise<void> {
  for (const criteria of ['RiskAssessment?method=pocket-k', 'Task?status=requested'])
    await json(`${http}/fhir/R4/Subscription`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria,
        channel: { type: 'rest-hook', endpoint: url, payload: 'application/fhir+json' }
      })
    })
}

/** Nothing received is unsettled, nothing waits to go out, and the numbers stand still. */
export async function drained(http: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let last = ''
  for (let still = 0; still < 10; ) {
    const { counts } = await json<{ counts: Record<string, number> }>(`${http}/admin/messages?limit=1`)
    const { queues } = await json<{ queues: { state: string; n: number }[] }>(`${http}/admin/outbox`)
    const metrics = await (await fetch(`${http}/metrics`, { signal: AbortSignal.timeout(15_000) })).text()
    const lags = [...metrics.matchAll(/^hisbundle_lag.* (\d+)$/gm)].map(([, n]) => Number(n))
    const waiting = queues.filter(({ state }) => state === 'waiting').reduce((sum, { n }) => sum + n, 0)
    const now = JSON.stringify([counts, queues, lags])
    still = waiting === 0 && !counts.received && lags.every((n) => n === 0) && now === last ? still + 1 : 0
    last = now
    if (performance.now() > deadline) throw new Error(`not drained after ${timeoutMs} ms: ${now}`)
    await pause(150)
  }
}
