import type { Clock } from '../../core/clock.ts'
import type { Coordination } from '../../core/coordination.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { BusMessage, EventBus } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { Logger } from '../../core/log.ts'
import type { Sql } from '../../core/sql.ts'
import { TIMER_KIND, type Timers } from '../../core/timers.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'
import type { PipelineCounters } from './counters.ts'

/** Header of a message that a timer appended: its key, by which a second firing is recognised. */
export const TIMER_KEY_HEADER = 'timer-key'
const KIND_HEADER = 'kind'
/** Announced when a timer was set: the process that fires them looks when the next is due. */
const CHANNEL = 'timers'
const PAGE = 200
/** The longest wait before the clock is looked at again: a clock set forward, or a timer set unheard, is noticed within it. */
const LOOK_AGAIN_MS = 15_000
const RETRY_MS = 1000
/** Timers set here whose end on the monotonic clock is remembered; beyond it the wall clock alone decides. */
const MAX_REMEMBERED = 100_000

export interface DurableTimers extends Timers {
  /** Makes the table; every process that sets timers needs it. */
  define(): Promise<void>
  /** Whether a timer of this key waits. */
  has(key: string): Promise<boolean>
  /** Fires what fell due meanwhile, then waits for the rest. In one process at a time; may be stopped and started again. */
  start(): Promise<void>
  stop(): Promise<void>
}

interface Row {
  key: string
  due: number
  topic: string
  message_key: string
  headers: string
  value: Uint8Array
}

/**
 * Timers in the operational tables. A due timer's message is appended, then its row is deleted: a crash in between fires
 * it again with the same key header.
 */
export function createTimers(deps: {
  sql: Sql
  bus: Pick<EventBus, 'append'>
  clock: Clock
  log: Logger
  /** Between the processes that set timers and the one that fires them; absent: there is one process. */
  coordination?: Pick<Coordination, 'announce' | 'listen'>
  scheduler?: Scheduler
  /** Milliseconds on a clock that never goes back. */
  monotonic?: () => number
  counters?: Pick<PipelineCounters, 'timersFired'>
}): DurableTimers {
  const {
    sql,
    bus,
    clock,
    log,
    coordination,
    scheduler = systemScheduler,
    counters,
    monotonic = () => performance.now()
  } = deps
  /** Of timers that were set here: a wall clock that is set back holds none of them up (hardening A1-20). */
  const ends = new Map<string, { due: number; at: number }>()
  let running = false
  let endListening: (() => void) | undefined
  let firing: Promise<void> | undefined
  let again = false
  let cancelWait: (() => void) | undefined

  async function fireDue(): Promise<void> {
    for (;;) {
      const rows = await dueRows()
      if (rows.length === 0) return
      await Promise.all(
        [...new Set(rows.map(({ topic }) => topic))].map((topic) =>
          bus.append(topic, rows.filter((row) => row.topic === topic).map(toMessage))
        )
      )
      failpoint('timers.appended')
      // Not the rows that were moved meanwhile.
      await sql.write(
        rows.map(({ key, due }) => ({ sql: 'DELETE FROM timers WHERE key = ? AND due = ?', params: [key, due] }))
      )
      failpoint('timers.deleted')
      for (const { key, due } of rows) if (ends.get(key)?.due === Number(due)) ends.delete(key)
      if (counters) counters.timersFired += rows.length
    }
  }

  async function dueRows(): Promise<Row[]> {
    const rows = await sql.all<Row>('SELECT * FROM timers WHERE due <= ? ORDER BY due LIMIT ?', [
      clock.now().getTime(),
      PAGE
    ])
    if (rows.length > 0) return rows
    const now = monotonic()
    const ended = [...ends].filter(([, { at }]) => at <= now).slice(0, PAGE)
    const late: Row[] = []
    for (const [key, { due }] of ended) {
      const [row] = await sql.all<Row>('SELECT * FROM timers WHERE key = ? AND due = ?', [key, due])
      if (row) late.push(row)
      else ends.delete(key)
    }
    return late
  }

  async function waitForNext(): Promise<void> {
    const [next] = await sql.all<{ due: number | null }>('SELECT min(due) AS due FROM timers')
    if (!running || (next?.due == null && !coordination)) return
    const dueMs = next?.due == null ? LOOK_AGAIN_MS : Number(next.due) - clock.now().getTime()
    const waitMs = Math.max(0, Math.min(LOOK_AGAIN_MS, dueMs))
    cancelWait?.()
    cancelWait = scheduler.after(waitMs, look)
  }

  /** One round at a time; what is asked for meanwhile makes one more. */
  function look(): void {
    if (!running) return
    if (firing) {
      again = true
      return
    }
    firing = fireDue()
      .then(waitForNext)
      .catch((error: unknown) => {
        log.warn({ code: asAppError(error).code }, 'timers not fired, trying again')
        cancelWait?.()
        if (running) cancelWait = scheduler.after(RETRY_MS, look)
      })
      .then(() => {
        firing = undefined
        if (!again) return
        again = false
        look()
      })
  }

  const define = (): Promise<void> =>
    sql.define([
      `CREATE TABLE IF NOT EXISTS timers (key TEXT PRIMARY KEY, due INTEGER NOT NULL, topic TEXT NOT NULL,
       message_key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL)`,
      'CREATE INDEX IF NOT EXISTS timers_due ON timers (due)'
    ])

  return {
    async at(key, time, topic, message) {
      await sql.write([
        {
          sql: `INSERT INTO timers (key, due, topic, message_key, headers, value) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET due = excluded.due, topic = excluded.topic,
                message_key = excluded.message_key, headers = excluded.headers, value = excluded.value`,
          params: [key, time.getTime(), topic, message.key, JSON.stringify(message.headers), message.value]
        }
      ])
      if (ends.size < MAX_REMEMBERED || ends.has(key))
        ends.set(key, { due: time.getTime(), at: monotonic() + time.getTime() - clock.now().getTime() })
      if (coordination) coordination.announce(CHANNEL, '')
      else look()
    },

    async cancel(key) {
      await sql.write([{ sql: 'DELETE FROM timers WHERE key = ?', params: [key] }])
      ends.delete(key)
    },

    async has(key) {
      return (await sql.all('SELECT 1 FROM timers WHERE key = ?', [key])).length > 0
    },

    define,

    async start() {
      await define()
      running = true
      endListening = coordination?.listen(CHANNEL, look)
      look()
      await firing
    },

    async stop() {
      running = false
      endListening?.()
      cancelWait?.()
      await firing
    }
  }
}

const toMessage = (row: Row): BusMessage => ({
  key: row.message_key,
  value: row.value,
  headers: {
    ...(JSON.parse(row.headers) as Record<string, string>),
    [KIND_HEADER]: TIMER_KIND,
    [TIMER_KEY_HEADER]: row.key
  }
})
