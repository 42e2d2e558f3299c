import type { FhirStore } from '../../../core/fhir-store.ts'
import { toChange } from '../reads.ts'
import type { Pool } from './connect.ts'
import type { Session } from './session.ts'

const CHANGED = 'changed '
/** Commits within this time are told to the other processes together. */
const TELL_AFTER_MS = 5
/** Rows that wait for an older transaction are looked at again after this time, so often within one call ... */
const LOOK_AGAIN_MS = 5
const LOOKS = 40
/** ... and then listeners are woken after this one. */
const WAKE_AFTER_MS = 250
/** A notice may be lost with its connection: who listens is woken this often while rows are there. */
const WAKE_EVERY_MS = 5000

export interface Changes extends Pick<FhirStore, 'takeChanges' | 'dropChanges' | 'onCommit'> {
  /** Commits of this process that made change rows. */
  committed(jobs: number): void
  /** A notice of the session. */
  heard(payload: string): void
  stop(): void
}

/**
 * Change rows in commit order, for whichever process relays them.
 *
 * A number from a sequence would be no commit order: a transaction that took a lower one may commit later, after the relay
 * went past. Here a row is numbered by its transaction (resource-sql.ts), and only rows below the oldest transaction still
 * running are given out: no row can appear before them any more. Two transactions that touch the same resource have their
 * numbers in the order of their commits, since numbers are given under the locks.
 */
export function createChanges(deps: { readers: Pool; writers: Pool; session: Session; processId: string }): Changes {
  const { readers, writers, session, processId } = deps
  const listeners = new Set<() => void>()
  let telling: NodeJS.Timeout | undefined
  let waking: NodeJS.Timeout | undefined
  let regularly: NodeJS.Timeout | undefined

  const wake = (): void => {
    for (const listener of [...listeners]) listener()
  }
  const wakeLater = (): void => {
    waking ??= setTimeout(() => {
      waking = undefined
      wake()
    }, WAKE_AFTER_MS).unref()
  }
  session.onBack(wake)

  /** A commit elsewhere may have gone unheard. */
  function watch(): void {
    regularly ??= setInterval(() => {
      readers.query('SELECT 1 FROM change LIMIT 1').then(
        (rows) => rows.length > 0 && wake(),
        () => {}
      )
    }, WAKE_EVERY_MS).unref()
  }

  return {
    async takeChanges(limit) {
      for (let look = 1; ; look++) {
        const rows = await readers.query<{ seq: number; event: string; settled: boolean }>(
          `SELECT seq, event, seq < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << 14) AS settled
           FROM change ORDER BY seq LIMIT $1`,
          [limit],
          'hb_take_changes'
        )
        const open = rows.findIndex(({ settled }) => !settled)
        const settled = open < 0 ? rows : rows.slice(0, open)
        if (open >= 0) wakeLater()
        if (settled.length > 0 || open < 0 || look >= LOOKS) return settled.map(toChange)
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
    },
    async dropChanges(seq) {
      await writers.query('DELETE FROM change WHERE seq <= $1', [seq], 'hb_drop_changes')
    },
    onCommit(listener) {
      listeners.add(listener)
      watch()
      return () => listeners.delete(listener)
    },
    committed(jobs) {
      for (let i = 0; i < jobs; i++) wake()
      telling ??= setTimeout(() => {
        telling = undefined
        session.notify(`${CHANGED}${processId}`)
      }, TELL_AFTER_MS)
    },
    heard(payload) {
      if (payload.startsWith(CHANGED) && payload.slice(CHANGED.length) !== processId) wake()
    },
    stop() {
      clearTimeout(telling)
      clearTimeout(waking)
      clearInterval(regularly)
    }
  }
}
