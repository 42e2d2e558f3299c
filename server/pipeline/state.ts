import type { Clock } from '../../core/clock.ts'
import type { Coordination } from '../../core/coordination.ts'
import type { Sql } from '../../core/sql.ts'
import type { Scheduler } from '../bus/scheduler.ts'
import { createCounters } from './counters.ts'
import { createPatientDecisions } from './patient-decisions.ts'
import { createReceipts } from './receipts.ts'
import { createSettlements } from './settlements.ts'
import { createSourceClocks } from './source-clock.ts'
import { createStory } from './story.ts'
import { createUnmappedCodes } from './unmapped-codes.ts'
import { createWriteBehind } from './write-behind.ts'

const PURGE_EVERY_MS = 60 * 60 * 1000
const DAY_MS = 24 * PURGE_EVERY_MS

export interface PipelineStateDeps {
  sql: Sql
  clock: Clock
  scheduler: Scheduler
  /** Between the processes of one store; absent: there is one. */
  coordination?: Pick<Coordination, 'announce' | 'listen'>
  /** How long the story of a message that ended well is told. Default 90 days. */
  storyKeepMs?: number
  /** How long an identical message is known again. Default 7 days. */
  receiptKeepMs?: number
}

/**
 * The state that intake, ingest and the admin pages share: counters, story, receipts, settlements, unmapped codes, what
 * persons decided. `start` makes the tables; `housekeeping`, in one process at a time, forgets old receipts and stories
 * every hour.
 */
export function createPipelineState(deps: PipelineStateDeps) {
  const { sql, clock, scheduler, coordination, storyKeepMs = 90 * DAY_MS } = deps
  const counters = createCounters()
  const behind = createWriteBehind(sql, scheduler)
  const story = createStory(sql)
  const receipts = createReceipts({ sql, behind, clock, keepMs: deps.receiptKeepMs })
  const settlements = createSettlements({ story, scheduler, coordination })
  const codes = createUnmappedCodes(sql)
  const sources = createSourceClocks(sql)
  const decisions = createPatientDecisions(sql, clock)
  let cancelPurge: (() => void) | undefined

  async function purge(): Promise<void> {
    await receipts.purge()
    await story.purge(new Date(clock.now().getTime() - storyKeepMs).toISOString())
  }

  function purgeLater(): void {
    cancelPurge = scheduler.after(PURGE_EVERY_MS, () => {
      // A purge that fails is tried again in an hour; until then only disk is used.
      void purge()
        .catch(() => {})
        .then(() => cancelPurge && purgeLater())
    })
  }

  return {
    counters,
    behind,
    story,
    receipts,
    settlements,
    codes,
    sources,
    decisions,
    housekeeping: {
      async start(): Promise<void> {
        await purge()
        purgeLater()
      },
      async stop(): Promise<void> {
        cancelPurge?.()
        cancelPurge = undefined
      }
    },
    async start(): Promise<void> {
      for (const part of [story, receipts, codes, sources, decisions]) await part.define()
      settlements.start()
    },
    async stop(): Promise<void> {
      settlements.stop()
      await behind.flush()
    }
  }
}

export type PipelineState = ReturnType<typeof createPipelineState>
