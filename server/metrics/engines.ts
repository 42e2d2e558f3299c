import type { Registry } from 'prom-client'
import type { RuntimeStats } from '../../inference/runtime/runtime.ts'
import { sampledCounter, sampledGauge, sharedRead } from './instruments.ts'

/** What a store or bus may tell of its group commit; those that keep no such count (Kafka's broker has its own) are absent. */
export interface CommitStats {
  commits?: number
  /** Transactions or appended messages that these commits made durable. */
  writes?: number
  waiting?: number
  restarts?: number
}

/** Group commit: writes divided by commits is how many share one fsync. */
export function commitMetrics(registry: Registry, parts: Record<string, () => CommitStats | undefined>): void {
  const each = (pick: (stats: CommitStats) => number | undefined) => () =>
    Object.entries(parts).flatMap(([part, read]) => {
      const value = pick(read() ?? {})
      return value === undefined ? [] : [{ labels: { part }, value }]
    })
  const labelNames = ['part']
  sampledCounter(registry, {
    name: 'hisbundle_commits_total',
    help: 'Durable commits (one fsync each) of the store and of the bus.',
    labelNames,
    read: each(({ commits }) => commits)
  })
  sampledCounter(registry, {
    name: 'hisbundle_committed_writes_total',
    help: 'Transactions of the store and messages of the bus that those commits made durable.',
    labelNames,
    read: each(({ writes }) => writes)
  })
  sampledGauge(registry, {
    name: 'hisbundle_writes_waiting',
    help: 'Writes that wait for the next commit.',
    labelNames,
    read: each(({ waiting }) => waiting)
  })
  sampledCounter(registry, {
    name: 'hisbundle_writer_restarts_total',
    help: 'How often the writer of the store died and was started again.',
    labelNames,
    read: each(({ restarts }) => restarts)
  })
}

/** Workers, queue and models of this process's inference runtime. */
export function runtimeMetrics(registry: Registry, read: () => RuntimeStats): void {
  const stats = sharedRead(async () => read())
  const of = (pick: (stats: RuntimeStats) => number) => async () => [{ value: pick(await stats()) }]
  const gauge = (name: string, help: string, pick: (stats: RuntimeStats) => number) =>
    sampledGauge(registry, { name, help, read: of(pick) })
  const counter = (name: string, help: string, pick: (stats: RuntimeStats) => number) =>
    sampledCounter(registry, { name, help, read: of(pick) })
  gauge('hisbundle_inference_queue', 'Runs that wait for a worker.', ({ queued }) => queued)
  gauge('hisbundle_inference_running', 'Runs handed to a worker.', ({ running }) => running)
  gauge('hisbundle_inference_workers', 'Inference workers of this process.', ({ workers }) => workers)
  gauge('hisbundle_inference_workers_ready', 'Inference workers that are warm.', ({ ready }) => ready)
  counter('hisbundle_inference_runs_total', 'Runs that ended well.', ({ completed }) => completed)
  counter('hisbundle_inference_failed_total', 'Runs that failed.', ({ failed }) => failed)
  counter('hisbundle_inference_busy_total', 'Runs refused or shed because too much waited.', ({ busy }) => busy)
  counter(
    'hisbundle_inference_workers_replaced_total',
    'Workers that ended and were replaced.',
    (s) => s.workersReplaced
  )
  gauge(
    'hisbundle_model_generation',
    'Which set of models serves: 1 at start, one more with every swap.',
    (s) => s.generation
  )
  sampledCounter(registry, {
    name: 'hisbundle_model_swaps_total',
    help: 'Looks at changed model folders: other models were put in service, or a check failed and the old ones stayed.',
    labelNames: ['outcome'],
    read: async () => Object.entries((await stats()).swaps).map(([outcome, value]) => ({ labels: { outcome }, value }))
  })
  const ofLanes = (pick: (lane: RuntimeStats['lanes'][number]) => number) => async () =>
    (await stats()).lanes.map((lane) => ({ labels: { module: lane.module }, value: pick(lane) }))
  const labelNames = ['module']
  sampledGauge(registry, {
    name: 'hisbundle_inference_outside_queue',
    help: 'Runs that wait for a thread to ask another machine.',
    labelNames,
    read: ofLanes(({ queued }) => queued)
  })
  sampledGauge(registry, {
    name: 'hisbundle_inference_outside_running',
    help: 'Runs that wait for the answer of another machine.',
    labelNames,
    read: ofLanes(({ running }) => running)
  })
  sampledCounter(registry, {
    name: 'hisbundle_inference_outside_busy_total',
    help: 'Runs that ask another machine, refused or shed because too much waited.',
    labelNames,
    read: ofLanes(({ busy }) => busy)
  })
  sampledGauge(registry, {
    name: 'hisbundle_model_info',
    help: '1 for each model role; version and sha256 of the file that serves it, or the code why none does.',
    labelNames: ['role', 'version', 'sha256', 'refused'],
    read: async () =>
      (await stats()).roles.map(({ role, version = '', sha256 = '', refused = '' }) => ({
        labels: { role, version, sha256, refused },
        value: 1
      }))
  })
}

/** Reads what the store or bus of the configuration calls its `stats()`, whatever it counts them as. */
export function commitStatsOf(part: object): CommitStats | undefined {
  const { stats } = part as { stats?: () => Record<string, number | undefined> }
  if (typeof stats !== 'function') return undefined
  const { commits, transactions, appends, waiting, restarts } = stats.call(part)
  return { commits, writes: transactions ?? appends, waiting, restarts }
}
