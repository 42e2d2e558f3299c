import type { Clock } from '../../core/clock.ts'
import { ulidFactory, ulidTime } from '../../core/ids.ts'
import type { Sql } from '../../core/sql.ts'

const ULID_LENGTH = 26

/**
 * ULIDs that also rise over restarts: a process that starts while the clock was set back goes on behind the last id of its
 * table (hardening A1-20). Of two messages that say the same at the same time the one received later holds, and what waits
 * for a destination keeps its order.
 */
export function risingUlids(clock: Clock): { next(): string; startAfter(sql: Sql, query: string): Promise<void> } {
  let floorMs = 0
  return {
    next: ulidFactory(() => Math.max(clock.now().getTime(), floorMs)),
    /** @param query gives the greatest id of the table as `id`, or null */
    async startAfter(sql, query) {
      const [row] = await sql.all<{ id: string | null }>(query)
      if (row?.id) floorMs = ulidTime(row.id.slice(0, ULID_LENGTH)) + 1
    }
  }
}
