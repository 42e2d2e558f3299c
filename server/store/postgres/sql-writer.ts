import type pg from 'pg'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Sql, SqlValue, Statement } from '../../../core/sql.ts'
import type { StoreStats } from '../server-store.ts'
import { type Pool, pipelined } from './connect.ts'
import { toDollarMarks, toPostgresDdl, withoutNul } from './dialect.ts'
import { GroupQueue, type Outcome } from './group-queue.ts'
import { lockNumber } from './lock-keys.ts'
import { isOfTheStatement, isRace, toStoreError } from './pg-error.ts'

const MAX_STATEMENTS = 1000
const MAX_TRIES = 8

/**
 * The operational tables on PostgreSQL. One transaction at a time, in the order in which they were handed in; what waits
 * together is sent together and shares one commit.
 */
export function createPostgresSql(deps: {
  writers: Pool
  readers: Pool
  schema: string
  maxWaiting: number
  stats: Pick<StoreStats, 'commits' | 'transactions'>
}): { sql: Sql; stop(): Promise<void>; readonly waiting: number } {
  const { writers, readers, schema, stats } = deps

  async function commit(jobs: readonly Statement[][]): Promise<number[][]> {
    return writers.use(async (client) => {
      const statements = jobs.flat().map(toQuery)
      const results = await pipelined(client, [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }])
      if (results.at(-1)!.command !== 'COMMIT') throw new AppError('STORE_UNAVAILABLE', { reason: 'rolled-back' })
      stats.commits += 1
      stats.transactions += jobs.length
      let at = 1
      return jobs.map((job) => job.map(() => results[at++]!.rowCount ?? 0))
    })
  }

  async function run(jobs: Statement[][]): Promise<Outcome<number[]>[]> {
    for (let tries = 1; ; tries++) {
      try {
        return (await commit(jobs)).map((done) => ({ done }))
      } catch (error) {
        // Rows of other processes' transactions in another order: they go first, then we.
        if (isRace(error) && tries < MAX_TRIES) continue
        if (jobs.length === 1 || !(isRace(error) || isOfTheStatement(error))) {
          return jobs.map(() => ({ error: toStoreError(error) }))
        }
        const outcomes: Outcome<number[]>[] = []
        for (const job of jobs) outcomes.push(...(await run([job])))
        return outcomes
      }
    }
  }

  const queue = new GroupQueue<Statement[], number[]>({ parallel: 1, maxWaiting: deps.maxWaiting, take, run })
  const sql: Sql = {
    async define(ddl) {
      await writers
        .use(async (client) => {
          await client.query('BEGIN')
          // 'IF NOT EXISTS' alone does not keep two processes apart.
          await client.query(`SELECT pg_advisory_xact_lock(${lockNumber('write', schema, 'define')})`)
          for (const text of ddl) await client.query(toPostgresDdl(text))
          await client.query('COMMIT')
        })
        .catch((error) => {
          throw toStoreError(error)
        })
    },
    all: <T>(text: string, params: SqlValue[] = []) => readers.query<T>(toDollarMarks(text), params.map(withoutNul)),
    async write(statements) {
      return statements.length === 0 ? [] : queue.add(statements)
    }
  }
  return {
    sql,
    stop: () => queue.stop(),
    get waiting() {
      return queue.waiting
    }
  }
}

const toQuery = ({ sql, params = [] }: Statement): pg.QueryConfig => ({
  text: toDollarMarks(sql),
  values: params.map(withoutNul)
})

function take(waiting: readonly { job: Statement[] }[]): number {
  let statements = 0
  let count = 0
  for (const { job } of waiting) {
    statements += job.length
    if (count > 0 && statements > MAX_STATEMENTS) break
    count += 1
  }
  return count
}
