import type pg from 'pg'
import type { Cause, ChangeEvent } from '../../../core/changes.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Guard } from '../backend.ts'
import { type Current, decide, type Written } from '../decide.ts'
import type { IndexRows } from '../index-rows/rows.ts'
import type { PreparedWrite } from '../prepare.ts'
import { pipelined } from './connect.ts'
import { toDollarMarks, withoutNul } from './dialect.ts'
import type { Outcome } from './group-queue.ts'
import { addLock, conflict, inOrder, type LockSet, lockNumber } from './lock-keys.ts'
import { type Change, indexInserts, RESOURCE_SQL, ROW_BLOCK, type RowNumbers } from './resource-sql.ts'

/** One transaction of a caller: all or nothing. */
export interface ResourceJob {
  writes: PreparedWrite[]
  guards: Guard[]
  cause: Cause
  at: string
  /** Everything it needs held. */
  locks: LockSet
  /** Of these, what its conditions need. */
  conditionLocks: LockSet
}

export interface JobDone {
  written: Written[]
  changes: number
}

/** One resource while a group is worked out. */
interface Node {
  rid?: number
  /** In the database, before the group. */
  stored?: Current
  now?: Current
  /** States that this group made and overtook again. */
  overtaken: Current[]
  rows?: IndexRows
}

/**
 * Runs jobs in one transaction. All locks are taken first, in the one order that everybody keeps, so two groups never wait
 * for each other, whichever process they run in; under them everything is read at once, decided here one job after the
 * other, and written at once. A job that is refused leaves no trace and the others go on.
 *
 * @param everything instead of the locks one by one, when there are too many
 * @throws what pg throws, and then nothing of the group is stored
 */
export async function commitGroup(
  client: pg.ClientBase,
  jobs: readonly ResourceJob[],
  context: { schema: string; rowNumbers: RowNumbers; everything: boolean }
): Promise<Outcome<JobDone>[]> {
  const nodes = nodesOf(jobs)
  const names = [...nodes.keys()]
  const written = new Set(jobs.flatMap(({ writes }) => writes.map(nameOf)))
  const guards = jobs.flatMap((job) => job.guards)
  const numbers = context.rowNumbers.take(written.size)
  const need = Math.ceil((written.size - numbers.length) / ROW_BLOCK)
  const [, , found, ...answers] = await pipelined(client, [
    { text: 'BEGIN' },
    RESOURCE_SQL.lock(locksOf(jobs, context)),
    RESOURCE_SQL.current(names, written),
    ...guards.map(({ sql, params }) => ({ text: toDollarMarks(sql), values: params.map(withoutNul) })),
    ...(need > 0 ? [RESOURCE_SQL.rowNumbers(need)] : [])
  ])
  for (const row of found!.rows as (Omit<Current, 'deleted'> & { n: number; rid: number; deleted: number })[]) {
    const node = nodes.get(names[row.n - 1]!)!
    const { rid, version, updated, deleted, json } = row
    node.rid = rid
    node.stored = node.now = { version, updated, deleted: deleted === 1, json }
  }
  if (need > 0) {
    context.rowNumbers.add(answers.pop()!.rows as { base: number }[])
    numbers.push(...context.rowNumbers.take(written.size - numbers.length))
  }
  const met = new Map(guards.map((guard, i) => [guard, isMet(guard, answers[i]!.rows as { id: string }[])]))
  const events: ChangeEvent[] = []
  const outcomes = decideAll(jobs, nodes, met, events)
  const end = await pipelined(client, [...effects(nodes, events, numbers), { text: 'COMMIT' }])
  // After a failed statement COMMIT answers ROLLBACK; pipelined() has thrown then, so this is only to be sure.
  if (end.at(-1)?.command !== 'COMMIT') throw new AppError('STORE_UNAVAILABLE', { reason: 'rolled-back' })
  context.rowNumbers.giveBack(numbers)
  return outcomes
}

const nameOf = ({ resourceType, id }: PreparedWrite): string => `${resourceType}/${id}`

function nodesOf(jobs: readonly ResourceJob[]): Map<string, Node> {
  const nodes = new Map<string, Node>()
  const add = (name: string): void => {
    if (!nodes.has(name)) nodes.set(name, { overtaken: [] })
  }
  for (const write of jobs.flatMap(({ writes }) => writes)) {
    add(nameOf(write))
    for (const [reference] of write.references ?? []) add(reference)
  }
  return nodes
}

function locksOf(
  jobs: readonly ResourceJob[],
  { schema, everything }: { schema: string; everything: boolean }
): [bigint, boolean][] {
  const all = lockNumber('write', schema, 'everything')
  if (everything) return [[all, true]]
  const locks: LockSet = new Map()
  for (const job of jobs) for (const [number, exclusive] of job.locks) addLock(locks, number, exclusive)
  return [[all, false], ...inOrder(locks)]
}

function isMet({ expect }: Guard, rows: { id: string }[]): boolean {
  const found = rows.map(({ id }) => id).sort()
  return found.length === expect.length && found.every((id, i) => id === expect[i])
}

/** One job after the other, as if each ran alone. */
function decideAll(
  jobs: readonly ResourceJob[],
  nodes: Map<string, Node>,
  met: ReadonlyMap<Guard, boolean>,
  events: ChangeEvent[]
): Outcome<JobDone>[] {
  const before: LockSet[] = []
  return jobs.map((job) => {
    // Its conditions were looked at before the jobs of this group changed something they may depend on.
    if (job.guards.length > 0 && before.some((locks) => conflict(job.conditionLocks, locks))) return 'again'
    if (job.guards.some((guard) => !met.get(guard))) {
      return { error: new AppError('FHIR_VERSION_CONFLICT', { reason: 'guard' }) }
    }
    try {
      const made = events.length
      const written = decideJob(job, nodes, events)
      if (events.length > made) before.push(job.locks)
      return { done: { written, changes: events.length - made } }
    } catch (error) {
      return { error: error as AppError }
    }
  })
}

function decideJob(job: ResourceJob, nodes: Map<string, Node>, events: ChangeEvent[]): Written[] {
  const mine = new Map<string, Current>()
  const steps: { name: string; next: Current; rows?: IndexRows; event: ChangeEvent }[] = []
  const written = job.writes.map((write) => {
    const name = nameOf(write)
    const decision = decide(write, mine.get(name) ?? nodes.get(name)!.now, job)
    if (decision.next) {
      mine.set(name, decision.next)
      steps.push({ name, next: decision.next, rows: write.rows, event: decision.event! })
    }
    return decision.written
  })
  // After all writes, so that entries of one batch may point at each other.
  for (const [reference, at] of job.writes.flatMap(({ references }) => references ?? [])) {
    const target = mine.get(reference) ?? nodes.get(reference)!.now
    if (!target || target.deleted) throw new AppError('FHIR_REFERENCE_MISSING', { at })
  }
  for (const { name, next, rows, event } of steps) {
    const node = nodes.get(name)!
    if (node.now && node.now !== node.stored) node.overtaken.push(node.now)
    node.now = next
    node.rows = rows
    events.push(event)
  }
  return written
}

/** The statements that make the database what was decided. */
function effects(nodes: Map<string, Node>, events: ChangeEvent[], numbers: number[]): pg.QueryConfig[] {
  if (events.length === 0) return []
  const inserts: Change[] = []
  const updates: Change[] = []
  const overtaken: { rid: number; state: Current }[] = []
  for (const [name, node] of nodes) {
    if (!node.now || node.now === node.stored) continue
    const change = { rid: node.rid ?? numbers.shift()!, name, state: node.now, rows: node.rows }
    if (node.stored) updates.push(change)
    else inserts.push(change)
    for (const state of node.overtaken) overtaken.push({ rid: change.rid, state })
  }
  return [
    ...(inserts.length > 0 ? [RESOURCE_SQL.insert(inserts)] : []),
    ...(updates.length > 0 ? RESOURCE_SQL.update(updates) : []),
    ...(overtaken.length > 0 ? [RESOURCE_SQL.overtaken(overtaken)] : []),
    ...indexInserts([...inserts, ...updates]),
    RESOURCE_SQL.changes(events)
  ]
}
