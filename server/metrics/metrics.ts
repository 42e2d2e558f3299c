import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import type { Snapshot } from '../loop/snapshot.ts'
import { type DeliveryMetrics, deliveryMetrics } from './delivery.ts'
import { commitMetrics, commitStatsOf, runtimeMetrics } from './engines.ts'
import { httpMetrics } from './http.ts'
import { sampledGauge, tally } from './instruments.ts'
import { liveMetrics } from './live.ts'
import { loopMetrics } from './loop.ts'
import { messageMetrics, type ReceiptMetrics } from './messages.ts'
import { moduleMetrics } from './modules.ts'
import { processMetrics } from './process.ts'
import { type StateSources, stateMetrics } from './state.ts'

/** Version of the program, as its package says. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

export interface MetricsOptions {
  feeds: readonly string[]
  /** Which roles this process has; absent: all of them. */
  roles?: readonly string[]
}

/**
 * Everything an operator can measure of one process, in a registry of its own. The groups are handed to the parts that
 * count; what parts know anyway is looked up at the scrape (`watch...`). Labels hold names of the configuration, codes of
 * our tables and templates of routes, never anything that came in.
 */
export function createMetrics({ feeds, roles = ['all'] }: MetricsOptions) {
  const registry = new Registry()
  const own = processMetrics(registry)
  const accessRefused = tally(registry, {
    name: 'hisbundle_access_refused_total',
    help: 'Requests and connections refused for want of the right to them, by transport and code.',
    labelNames: ['transport', 'code']
  })
  sampledGauge(registry, {
    name: 'hisbundle_build_info',
    help: '1, with the version of the program, of Node and the roles of this process.',
    labelNames: ['version', 'node', 'roles'],
    read: () => [{ labels: { version: VERSION, node: process.version, roles: roles.join(',') }, value: 1 }]
  })
  return {
    registry,
    messages: messageMetrics(registry, feeds) as ReceiptMetrics,
    modules: moduleMetrics(registry),
    live: liveMetrics(registry),
    delivery: deliveryMetrics(registry) as DeliveryMetrics,
    http: httpMetrics(registry, accessRefused),
    accessRefused,
    watchState: (sources: StateSources): void => stateMetrics(registry, sources),
    watchLoop: (snapshot: Snapshot): void => loopMetrics(registry, snapshot),
    watchCommits: ({ store, bus }: { store: object; bus: object }): void =>
      commitMetrics(registry, { store: () => commitStatsOf(store), bus: () => commitStatsOf(bus) }),
    watchRuntime: (stats: Parameters<typeof runtimeMetrics>[1]): void => runtimeMetrics(registry, stats),
    start: own.start,
    stop: own.stop,
    /** The page of GET /metrics. */
    text: (): Promise<string> => registry.metrics(),
    contentType: registry.contentType
  }
}

export type Metrics = ReturnType<typeof createMetrics>
