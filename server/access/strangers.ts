import type { Logger } from '../../core/log.ts'
import type { PeerRefusal } from '../../core/peers.ts'

/** Between two lines of one feed and reason; what came meanwhile is in the count of the next. */
const LINE_EVERY_MS = 10_000

export interface StrangerCount {
  feed: string
  reason: PeerRefusal
  count: number
}

/**
 * Counts the peers that feeds refuse. Of a stranger nothing is stored, and the log takes a line in ten seconds at most for each
 * feed and reason, so that knocking fills neither.
 * @param now monotonic, milliseconds
 */
export function createStrangers(log: Logger, now: () => number = () => performance.now()) {
  const rows = new Map<string, StrangerCount & { logged: number; loggedAt: number }>()
  return {
    note(feed: string, reason: PeerRefusal): void {
      const key = `${feed} ${reason}`
      const row = rows.get(key) ?? { feed, reason, count: 0, logged: 0, loggedAt: Number.NEGATIVE_INFINITY }
      rows.set(key, row)
      row.count++
      if (now() - row.loggedAt < LINE_EVERY_MS) return
      log.warn({ feed, code: 'NOT_PERMITTED', reason, count: row.count - row.logged }, 'a peer was refused')
      row.logged = row.count
      row.loggedAt = now()
    },
    counts: (): StrangerCount[] => [...rows.values()].map(({ feed, reason, count }) => ({ feed, reason, count }))
  }
}
