import { AppError } from '../../../core/errors/app-error.ts'
import type { StoreStats } from '../server-store.ts'
import type { Pool } from './connect.ts'
import { GroupQueue, type Outcome } from './group-queue.ts'
import { isOfTheData, isOfTheStatement, isOutOfLocks, isRace, toStoreError } from './pg-error.ts'
import { commitGroup, type JobDone, type ResourceJob } from './resource-group.ts'
import { RowNumbers } from './resource-sql.ts'

/** Locks of one transaction at most; PostgreSQL has room for some thousands, of all connections together. */
const MAX_LOCKS = 1000
const MAX_JOBS = 200
const MAX_JSON_CHARS = 8 * 1024 * 1024
/** Tries of a group that the database undid because of others; then its jobs go one by one. */
const MAX_TRIES = 5

/** Writes resources: jobs that wait together share one transaction, some of which run at once. */
export function createResourceWriter(deps: {
  pool: Pool
  schema: string
  parallel: number
  maxWaiting: number
  /** Jobs that share one transaction at most. */
  maxJobs?: number
  /** After a commit that made change rows, once for each job that made some. */
  onChanges(jobs: number): void
  stats: Pick<StoreStats, 'commits' | 'transactions'>
}): GroupQueue<ResourceJob, JobDone> {
  const { pool, schema, stats, maxJobs = MAX_JOBS } = deps
  const rowNumbers = new RowNumbers()

  async function run(jobs: ResourceJob[]): Promise<Outcome<JobDone>[]> {
    const everything = jobs.length === 1 && jobs[0]!.locks.size > MAX_LOCKS
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(jobs, everything)
      } catch (error) {
        if (isRace(error) && tries < MAX_TRIES) continue
        if (isOutOfLocks(error) && jobs.length === 1) return alone(jobs)
        if (jobs.length > 1 && (isRace(error) || isOutOfLocks(error) || isOfTheStatement(error))) return oneByOne(jobs)
        // Tried again it would fail again, and hold up what comes behind it.
        const refused = isOfTheData(error)
          ? new AppError('FHIR_INVALID', { reason: 'not-storable' })
          : toStoreError(error)
        return jobs.map(() => ({ error: refused }))
      }
    }
  }

  async function attempt(jobs: ResourceJob[], everything: boolean): Promise<Outcome<JobDone>[]> {
    const outcomes = await pool.use((client) => commitGroup(client, jobs, { schema, rowNumbers, everything }))
    const done = outcomes.flatMap((outcome) => (typeof outcome === 'object' && 'done' in outcome ? [outcome.done] : []))
    // A group of which every job was refused made nothing durable.
    if (done.length > 0) stats.commits += 1
    stats.transactions += done.length
    const changed = done.filter(({ changes }) => changes > 0).length
    if (changed > 0) deps.onChanges(changed)
    return outcomes
  }

  async function alone(jobs: ResourceJob[]): Promise<Outcome<JobDone>[]> {
    return attempt(jobs, true).catch((error) => [{ error: toStoreError(error) }])
  }

  /** The one that spoils the group fails, the others do not. */
  async function oneByOne(jobs: ResourceJob[]): Promise<Outcome<JobDone>[]> {
    const outcomes: Outcome<JobDone>[] = []
    for (const job of jobs) outcomes.push(...(await run([job])))
    return outcomes
  }

  return new GroupQueue<ResourceJob, JobDone>({
    parallel: deps.parallel,
    maxWaiting: deps.maxWaiting,
    take: (waiting) => take(waiting, maxJobs),
    run
  })
}

/** As many as the bounds of one transaction allow. */
function take(waiting: readonly { job: ResourceJob }[], maxJobs: number): number {
  let locks = 0
  let chars = 0
  let count = 0
  for (const { job } of waiting) {
    locks += job.locks.size
    for (const { json } of job.writes) chars += json?.length ?? 0
    if (count > 0 && (locks > MAX_LOCKS || chars > MAX_JSON_CHARS || count >= maxJobs)) break
    count += 1
  }
  return count
}

export const tooMany = (): AppError => new AppError('BAD_REQUEST', { reason: 'too-many-writes' })
