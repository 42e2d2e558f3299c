import { AppError } from '../../../core/errors/app-error.ts'
import type { Sql, Statement } from '../../../core/sql.ts'
import { manualScheduler, type Scheduler } from '../../../server/bus/scheduler.ts'
import { createWriteBehind } from '../../../server/pipeline/write-behind.ts'
import { seenFailing, turns } from './seen-failing.ts'
import { catchAndLog } from './store-outage.vulnerable.ts'

type Make = (sql: Sql, scheduler: Scheduler) => { add(...statements: Statement[]): void }

/** A1-12: states of messages; through the whole server: the full disk of test/chaos/full-disk.test.ts. */
seenFailing<Make>(
  'rows that a store refused, or held for hours, are there when it takes again: each once, in order',
  { ours: createWriteBehind, weak: catchAndLog },
  async (make) => {
    const scheduler = manualScheduler()
    const written: string[] = []
    let mood: 'takes' | 'refuses' | 'hangs' = 'takes'
    let wake = (): void => {}
    const sql = {
      async write(statements: Statement[]) {
        if (mood === 'refuses') throw new AppError('STORE_UNAVAILABLE')
        if (mood === 'hangs')
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        written.push(...statements.map((statement) => statement.sql))
        return statements.map(() => 1)
      }
    } as unknown as Sql
    const rows = make(sql, scheduler)
    for (const next of ['takes', 'refuses', 'hangs', 'refuses', 'takes'] as const) {
      mood = next
      rows.add({ sql: `${next} ${written.length}` })
      for (let i = 0; i < 5; i++) {
        await turns(2)
        scheduler.advance(3_600_000)
      }
      wake()
      await turns(2)
    }
    scheduler.advance(3_600_000)
    await turns(5)
    expect(written.map((text) => text.split(' ')[0])).toEqual(['takes', 'refuses', 'hangs', 'refuses', 'takes'])
  }
)
