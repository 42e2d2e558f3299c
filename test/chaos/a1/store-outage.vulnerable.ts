import type { Sql, Statement } from '../../../core/sql.ts'
import type { Scheduler } from '../../../server/bus/scheduler.ts'

/** Writes, and logs what could not be written (store-outage.test.ts only). */
export function catchAndLog(sql: Sql, _scheduler: Scheduler) {
  return {
    add: (...statements: Statement[]): void => void sql.write(statements).catch(() => undefined)
  }
}
