import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type {
  BusHandler,
  BusMessage,
  BusRecord,
  BusSubscription,
  EventBus,
  ParkedRecord,
  Placed,
  ReplayRequest,
  SubscribeOptions
} from '../../../core/event-bus.ts'
import { parkedId } from '../dead-letter.ts'
import { type Scheduler, systemScheduler } from '../scheduler.ts'
import { LogReader } from './log-reader.ts'
import { PartitionConsumer } from './partition-consumer.ts'
import { WriterClient } from './writer-client.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const TRIM_EVERY_MS = 10 * 60 * 1000
const TRIM_PAGE = 1000
const REPLAY_PAGE = 500
const PARKED_PAGE = 1000

export interface EmbeddedBusOptions {
  /** Path of bus.sqlite; `-wal`, `-shm` and `.lock` lie beside it. */
  path: string
  /** Partitions of a topic when it is first used. Default 16. */
  partitions?: number
  /** Records older than this that all groups have passed may go. Default 7 days. */
  keepMs?: number
  /** Used bytes above which passed records go earlier. Default 8 GiB. */
  maxBytes?: number
  /** Bytes of appends that may wait for the disk. Default 64 MiB. */
  maxQueuedBytes?: number
  /** Added to each commit: stands for a slower fsync in tests and benches. Default 0. */
  commitDelayMs?: number
  clock?: Clock
  scheduler?: Scheduler
}

export interface BusStats {
  /** Messages appended by this process. */
  appends: number
  /** Transactions, each with one fsync of the log. */
  commits: number
  handled: number
  retries: number
  parked: number
}

export interface EmbeddedBus extends EventBus {
  claims(): AsyncIterable<string[]>
  stats(): BusStats
  /** Deletes what retention allows now; it also runs every ten minutes. Returns how many records went. */
  trim(): Promise<number>
  /** Kills the writer thread as a crash would; for tests. */
  crashWriter(): Promise<void>
}

/** The EventBus in one SQLite file of its own; for one process. */
export function createEmbeddedBus(options: EmbeddedBusOptions): EmbeddedBus {
  const { path, partitions = 16, keepMs = 7 * DAY_MS, maxBytes = 8 * 2 ** 30 } = options
  const clock = options.clock ?? systemClock
  const scheduler = options.scheduler ?? systemScheduler
  const heads = new Map<string, number[]>()
  const consumers = new Map<string, Map<string, PartitionConsumer>>()
  const counts = { appends: 0, handled: 0, retries: 0, parked: 0 }
  let reader: LogReader | undefined
  let cancelTrim: (() => void) | undefined

  const writer = new WriterClient({
    settings: { path, partitions, commitDelayMs: options.commitDelayMs ?? 0 },
    scheduler,
    maxQueuedBytes: options.maxQueuedBytes ?? 64 * 2 ** 20,
    onHeads(changes) {
      for (const { topic, partitions } of changes) {
        heads.set(topic, partitions)
        for (const consumer of consumers.get(topic)?.values() ?? []) consumer.wake()
      }
    }
  })

  const now = (): number => clock.now().getTime()
  const open = (): LogReader => {
    if (!reader) throw new AppError('BUS_UNAVAILABLE', { reason: 'not-started' })
    return reader
  }

  async function park(record: BusRecord, group: string, error: AppError, tries: number): Promise<ParkedRecord> {
    const parkedAt = new Date(now()).toISOString()
    const parked = { id: parkedId(record, group), record, group, error: error.toJSON(), parkedAt, tries }
    await writer.submit({ kind: 'park', parked, now: now() })
    counts.parked += 1
    return { ...parked, state: 'parked' }
  }

  async function trim(): Promise<number> {
    const retention = { before: now() - keepMs, maxBytes }
    let total = 0
    for (;;) {
      const trimmed = await writer.submit({ kind: 'trim', retention, limit: TRIM_PAGE })
      total += trimmed
      if (trimmed < TRIM_PAGE) return total
    }
  }

  function trimLater(): void {
    cancelTrim = scheduler.after(TRIM_EVERY_MS, () => {
      // A trim that fails is tried again next time; the log only stays longer.
      void trim()
        .catch(() => 0)
        .then(() => reader && trimLater())
    })
  }

  return {
    async start() {
      await writer.start()
      reader = new LogReader(path)
      trimLater()
    },

    async stop() {
      cancelTrim?.()
      await Promise.all([...consumers.values()].flatMap((groups) => [...groups.values()].map((c) => c.stop())))
      consumers.clear()
      await writer.stop()
      reader?.close()
      reader = undefined
    },

    async append(topic: string, messages: BusMessage[]): Promise<Placed[]> {
      if (messages.length === 0) return []
      const placed = await writer.submit({ kind: 'append', topic, messages, now: now() })
      counts.appends += messages.length
      return placed
    },

    async subscribe(
      topic: string,
      group: string,
      handler: BusHandler,
      subscribeOptions: SubscribeOptions = {}
    ): Promise<BusSubscription> {
      const log = open()
      const groups = consumers.get(topic) ?? new Map<string, PartitionConsumer>()
      if (groups.has(group)) throw new AppError('CONFIG_INVALID', { reason: 'group-subscribed-twice' })
      const fromEnd = subscribeOptions.fromEnd ?? false
      const positions = await writer.submit({ kind: 'join', topic, group, fromEnd })
      const consumer = new PartitionConsumer({
        group,
        positions,
        handler,
        options: subscribeOptions,
        scheduler,
        head: (partition) => heads.get(topic)?.[partition] ?? 0,
        page: (partition, from) => log.page(topic, partition, from),
        commit: (partition, next) => writer.commitOffset(group, topic, partition, next),
        park: (record, error, tries) => park(record, group, error, tries),
        onHandled: () => {
          counts.handled += 1
        },
        onRetry: () => {
          counts.retries += 1
        }
      })
      groups.set(group, consumer)
      consumers.set(topic, groups)
      return {
        async stop() {
          await consumer.stop()
          groups.delete(group)
        }
      }
    },

    park,

    async parked({ topic, state, limit = PARKED_PAGE } = {}) {
      return open().parked({ topic, state, limit })
    },

    async replay(what: ReplayRequest): Promise<number> {
      if ('parkedId' in what) return writer.submit({ kind: 'replayParked', id: what.parkedId, now: now() })
      if ('envelopeId' in what) return writer.submit({ kind: 'replayEnvelope', ...what, now: now() })
      if ('allParked' in what) return replayAllParked()
      // What the replay itself appends lies behind this end, so it ends.
      const to = Math.min(what.to, heads.get(what.topic)?.[what.partition] ?? 0)
      let total = 0
      for (let from = what.from; from < to; ) {
        const page = { ...what, kind: 'replayRange' as const, from, to, limit: REPLAY_PAGE, now: now() }
        const { count, next } = await writer.submit<'replayRange'>(page)
        total += count
        from = next
      }
      return total
    },

    async lag(topic: string, group: string): Promise<number> {
      const running = consumers.get(topic)?.get(group)
      if (running) return running.lag()
      const log = open()
      const committed = log.committed(topic, group)
      const first = log.firstOffsets(topic)
      return (heads.get(topic) ?? []).reduce((sum, head, partition) => {
        const from = committed.get(partition) ?? first.get(partition) ?? head
        return sum + Math.max(0, head - from)
      }, 0)
    },

    async *claims() {
      for (let page = open().claims(0); page; page = open().claims(page.last)) {
        yield page.names
        await new Promise((resolve) => setImmediate(resolve))
      }
    },

    local: {
      has: (envelopeId) => open().has(envelopeId),
      committed: (topic, group) => open().committed(topic, group),
      at: (topic, partition, offset) => open().at(topic, partition, offset),
      last: (topic) => open().last(topic)
    },
    trim,
    crashWriter: () => writer.crash(),
    stats: () => ({ ...counts, commits: writer.commits })
  }

  /** Only what was parked before the call; an item that fails again is parked anew and waits for the next call. */
  async function replayAllParked(): Promise<number> {
    const ids = open().parkedIds()
    let total = 0
    for (let from = 0; from < ids.length; from += REPLAY_PAGE) {
      const page = ids.slice(from, from + REPLAY_PAGE)
      const counts = await Promise.all(page.map((id) => writer.submit({ kind: 'replayParked', id, now: now() })))
      total += counts.reduce((sum, count) => sum + count, 0)
    }
    return total
  }
}
