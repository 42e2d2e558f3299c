import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from 'prom-client'
import { sampledCounter, sampledGauge } from './instruments.ts'

type Delay = ReturnType<typeof monitorEventLoopDelay>

const NS_PER_S = 1e9
const RESOLUTION_MS = 10

/**
 * The process itself, under the names that dashboards for Node know. Of our own and not the library's default set, because
 * that one starts observers that cannot be ended, one set for each registry.
 */
export function processMetrics(registry: Registry): { start(): void; stop(): void } {
  let delay: Delay | undefined
  const seconds = (read: (delay: Delay) => number) => () =>
    delay && delay.count > 0 ? [{ value: Math.max(0, read(delay) - RESOLUTION_MS * 1e6) / NS_PER_S }] : []
  for (const quantile of [50, 99]) {
    sampledGauge(registry, {
      name: `nodejs_eventloop_lag_p${quantile}_seconds`,
      help: 'How much later than due the event loop came round, since the scrape before.',
      read: seconds((histogram) => histogram.percentile(quantile))
    })
  }
  sampledGauge(registry, {
    name: 'nodejs_eventloop_lag_max_seconds',
    help: 'The longest delay of the event loop since the scrape before.',
    read() {
      const samples = seconds((histogram) => histogram.max)()
      delay?.reset()
      return samples
    }
  })
  const memory: [string, string, (usage: NodeJS.MemoryUsage) => number][] = [
    ['process_resident_memory_bytes', 'Resident memory.', ({ rss }) => rss],
    ['nodejs_heap_size_used_bytes', 'JavaScript heap in use, main thread.', ({ heapUsed }) => heapUsed],
    ['nodejs_heap_size_total_bytes', 'JavaScript heap, main thread.', ({ heapTotal }) => heapTotal],
    ['nodejs_external_memory_bytes', 'Buffers outside the heap.', ({ external }) => external]
  ]
  for (const [name, help, of] of memory)
    sampledGauge(registry, { name, help, read: () => [{ value: of(process.memoryUsage()) }] })
  sampledCounter(registry, {
    name: 'process_cpu_seconds_total',
    help: 'CPU time of all threads.',
    read() {
      const { user, system } = process.cpuUsage()
      return [{ value: (user + system) / 1e6 }]
    }
  })
  sampledGauge(registry, {
    name: 'process_start_time_seconds',
    help: 'When the process began, in seconds since 1970.',
    read: () => [{ value: Math.round(performance.timeOrigin) / 1000 }]
  })
  return {
    start() {
      delay ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS })
      delay.enable()
    },
    stop() {
      delay?.disable()
    }
  }
}
