import { failpoint } from '../../core/failpoint.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'

const BATCH = 500
const RETRY_MS = 500

/**
 * Rows that nobody waits for: written in their order, all that gathers meanwhile in the next transaction. While the store
 * refuses they are kept and tried again; `pending` is what the producer must bound.
 */
export interface WriteBehind {
  add(...statements: Statement[]): void
  readonly pending: number
  /** Resolves when all that was added before is durable; when the store refuses it resolves after one more try. */
  flush(): Promise<void>
}

export function createWriteBehind(sql: Sql, scheduler: Scheduler = systemScheduler): WriteBehind {
  let queue: Statement[] = []
  let writing: Promise<boolean> | undefined
  let cancelRetry: (() => void) | undefined

  async function writeOnce(): Promise<boolean> {
    // The producers of this turn share the transaction.
    await undefined
    const batch = queue.slice(0, BATCH)
    try {
      await sql.write(batch)
      failpoint('behind.written')
      queue = queue.slice(batch.length)
      return true
    } catch {
      return false
    }
  }

  function pump(): Promise<boolean> {
    cancelRetry?.()
    cancelRetry = undefined
    writing ??= writeOnce().then((written) => {
      writing = undefined
      if (written && queue.length > 0) void pump()
      if (!written) cancelRetry = scheduler.after(RETRY_MS, () => void pump())
      return written
    })
    return writing
  }

  return {
    add(...statements) {
      queue.push(...statements)
      if (!cancelRetry) void pump()
    },
    get pending() {
      return queue.length
    },
    async flush() {
      while (queue.length > 0) if (!(await pump())) return
    }
  }
}
