import type { BlobStore } from '../../core/blob-store.ts'
import type { Clock } from '../../core/clock.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import type { Sql } from '../../core/sql.ts'
import type { Scheduler } from '../bus/scheduler.ts'
import type { RetentionConfig } from '../config/sections/retention.ts'
import { type Collected, collectBlobs } from './collect-blobs.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const PAGE = 1000

export interface RetentionDeps {
  config: RetentionConfig
  /** How long the bus keeps what its groups have passed; a blob outlives every record that may name it. */
  busKeepMs: number
  sql: Sql
  bus: EventBus
  blobs: BlobStore
  /** Folder for working files. */
  scratch: string
  clock: Clock
  scheduler: Scheduler
  log: Logger
}

export interface RetentionReport {
  dryRun: boolean
  /** Rows of delivered items past their time. */
  delivered: number
  /** Rows of stories and receipts past their time: these go by themselves every hour. */
  stories: number
  receipts: number
  /** Absent: the blob store leaves collecting to its engine. */
  blobs?: Collected
}

/** Forgets what the configuration says may be forgotten. One process at a time runs the schedule. */
export function createRetention(deps: RetentionDeps) {
  const { config, busKeepMs, sql, clock, scheduler, log } = deps
  let cancel: (() => void) | undefined
  let running: Promise<RetentionReport> | undefined

  const ago = (ms: number): Date => new Date(clock.now().getTime() - ms)
  const count = async (statement: string, before: string | number): Promise<number> => {
    const [row] = await sql.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${statement}`, [before])
    return Number(row?.n ?? 0)
  }

  /** Walks the outbox by its key, page by page: no index has to be kept for what is done once a day. */
  async function forgetDelivered(before: string, dryRun: boolean): Promise<number> {
    let [destination, item, total] = ['', '', 0]
    for (;;) {
      const rows = await sql.all<{ destination: string; item_id: string; state: string; settled_at: string | null }>(
        `SELECT destination, item_id, state, settled_at FROM outbox
         WHERE destination > ? OR (destination = ? AND item_id > ?) ORDER BY destination, item_id LIMIT ${PAGE}`,
        [destination, destination, item]
      )
      const last = rows.at(-1)
      if (!last) return total
      ;[destination, item] = [last.destination, last.item_id]
      const old = rows.filter(
        ({ state, settled_at }) => state === 'delivered' && settled_at !== null && settled_at < before
      )
      total += old.length
      if (dryRun || old.length === 0) continue
      await sql.write(
        old.map((row) => ({
          sql: "DELETE FROM outbox WHERE destination = ? AND item_id = ? AND state = 'delivered'",
          params: [row.destination, row.item_id]
        }))
      )
    }
  }

  async function once(dryRun: boolean): Promise<RetentionReport> {
    const before = {
      delivered: ago(config.deliveredDays * DAY_MS).toISOString(),
      stories: ago(config.storyDays * DAY_MS).toISOString(),
      receipts: ago(config.receiptDays * DAY_MS).getTime()
    }
    const report: RetentionReport = {
      dryRun,
      delivered: await forgetDelivered(before.delivered, dryRun),
      stories: await count("messages WHERE state NOT IN ('received', 'parked') AND received_at < ?", before.stories),
      receipts: await count('receipts WHERE received_at < ?', before.receipts)
    }
    // File times are the machine's own, whatever clock the server was given.
    const grace = Math.max(config.blobGraceHours * HOUR_MS, deps.bus.claims ? 0 : busKeepMs + DAY_MS)
    const blobs = await collectBlobs(deps, { notPutSince: new Date(Date.now() - grace), scratch: deps.scratch, dryRun })
    if (!dryRun)
      log.info(
        { event: 'retention', count: blobs?.count ?? 0, bytes: blobs?.bytes ?? 0 },
        'what may be forgotten is gone'
      )
    return { ...report, ...(blobs ? { blobs } : {}) }
  }

  /** One at a time; whoever asks meanwhile waits for a run of his own. */
  async function run({ dryRun }: { dryRun: boolean }): Promise<RetentionReport> {
    while (running) await running.catch(() => {})
    running = once(dryRun)
    try {
      return await running
    } finally {
      running = undefined
    }
  }

  function later(): void {
    if (config.blobSweepHours === 0) return
    cancel = scheduler.after(config.blobSweepHours * HOUR_MS, () => {
      void run({ dryRun: false })
        .catch((error: unknown) =>
          log.warn({ event: 'retention', code: asAppError(error).code }, 'retention failed, trying again')
        )
        .then(() => cancel && later())
    })
  }

  return {
    run,
    /** For `whileLeading`: the schedule of one process. */
    async start(): Promise<void> {
      later()
    },
    async stop(): Promise<void> {
      cancel?.()
      cancel = undefined
      await running?.catch(() => {})
    }
  }
}

export type RetentionRuns = ReturnType<typeof createRetention>
