import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '../../../core/errors/app-error.ts'
import { keyedLocks } from '../locks.ts'
import { lockNumber } from './lock-keys.ts'
import type { Session } from './session.ts'

/** The longest wait for a key that another process holds. */
const WAIT_LIMIT_MS = 60_000
/** Told of a release by NOTIFY, a waiting process looks at once; this is for a notice that was lost. */
const LOOK_AGAIN_MS = 250
/** After a release for which others wait, this process leaves the key to them for a moment. */
const YIELD_MS = 10

const FREED = 'freed '

interface Held {
  lost: boolean
}

export interface KeyLocks {
  lock<T>(keys: string[], work: () => Promise<T>): Promise<T>
  /** @throws AppError STORE_UNAVAILABLE reason 'lock-lost' inside `work` once its keys are no longer held */
  assertHeld(): void
  /** A notice of the session. */
  heard(payload: string): void
}

/**
 * Locks by key across all processes on one store. Inside a process they queue in memory; between processes PostgreSQL's
 * advisory locks decide, all on the session's one connection. A key that is taken elsewhere is not waited for in the
 * database, where it would block the connection: the waiting process leaves a mark, and who frees the key tells it.
 *
 * When the session dies all keys are free for others: what runs under them can write no more ('lock-lost') and is tried
 * again by whoever asked for it.
 */
export function createKeyLocks(session: Session, schema: string): KeyLocks {
  const local = keyedLocks()
  const holding = new AsyncLocalStorage<Held[]>()
  const held = new Set<Held>()
  const waiters = new Map<string, Set<() => void>>()
  const yielding = new Map<bigint, number>()
  session.onLost(() => {
    for (const each of held) each.lost = true
    held.clear()
    for (const listeners of waiters.values()) for (const wake of listeners) wake()
  })

  /** Tries all in order and keeps those before the first that is taken: later ones must not be held while it is waited for. */
  async function tryAll(numbers: bigint[]): Promise<number> {
    const rows = await session.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock(k) AS held FROM unnest($1::bigint[]) AS k',
      [numbers]
    )
    const first = rows.findIndex(({ held }) => !held)
    if (first < 0) return numbers.length
    const beyond = numbers.filter((_, i) => i > first && rows[i]!.held)
    if (beyond.length > 0) await session.query('SELECT pg_advisory_unlock(k) FROM unnest($1::bigint[]) AS k', [beyond])
    return first
  }

  async function waitFor(number: bigint, mark: bigint): Promise<void> {
    const limit = performance.now() + WAIT_LIMIT_MS
    await session.query('SELECT pg_try_advisory_lock_shared($1)', [mark])
    try {
      for (;;) {
        const told = nextNotice(mark)
        const [row] = await session.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [number])
        if (row!.held) return told.cancel()
        if (performance.now() > limit) throw new AppError('STORE_UNAVAILABLE', { reason: 'lock-timeout' })
        await told.promise
      }
    } finally {
      await session.query('SELECT pg_advisory_unlock_shared($1)', [mark]).catch(() => {})
    }
  }

  function nextNotice(mark: bigint): { promise: Promise<void>; cancel(): void } {
    const key = String(mark)
    const listeners = waiters.get(key) ?? new Set()
    waiters.set(key, listeners)
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = (): void => {
      clearTimeout(timer)
      listeners.delete(done)
      if (listeners.size === 0) waiters.delete(key)
      resolve()
    }
    const timer = setTimeout(done, LOOK_AGAIN_MS)
    listeners.add(done)
    return { promise, cancel: done }
  }

  async function take(numbers: bigint[], marks: bigint[]): Promise<void> {
    const pause = Math.max(0, ...numbers.map((number) => (yielding.get(number) ?? 0) - performance.now()))
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
    let taken = 0
    try {
      while (taken < numbers.length) {
        taken += await tryAll(numbers.slice(taken))
        if (taken === numbers.length) return
        await waitFor(numbers[taken]!, marks[taken]!)
        taken += 1
      }
    } catch (error) {
      void free(numbers.slice(0, taken), marks.slice(0, taken))
      throw error
    }
  }

  /** Frees them and tells those who left a mark. */
  async function free(numbers: bigint[], marks: bigint[]): Promise<void> {
    if (numbers.length === 0 || !session.alive) return
    try {
      const unlock = 'SELECT pg_advisory_unlock(k) FROM unnest($1::bigint[]) AS k'
      const look = `SELECT n FROM unnest($1::bigint[]) WITH ORDINALITY AS w (mark, n)
         WHERE NOT CASE WHEN pg_try_advisory_lock(mark) THEN pg_advisory_unlock(mark) ELSE false END`
      // One behind the other on the line, so what is marked is seen after the key is free.
      const [, waited] = await Promise.all([
        session.query(unlock, [numbers]),
        session.query<{ n: number }>(look, [marks])
      ])
      for (const { n } of waited) {
        session.notify(`${FREED}${marks[n - 1]}`)
        yielding.set(numbers[n - 1]!, performance.now() + YIELD_MS)
      }
      for (const [number, until] of yielding) if (until < performance.now()) yielding.delete(number)
    } catch {
      // The session died, and all locks with it.
    }
  }

  return {
    lock: (keys, work) =>
      local(keys, async () => {
        const sorted = [...new Set(keys)].sort()
        const numbers = sorted.map((key) => lockNumber('key', schema, key))
        const marks = sorted.map((key) => lockNumber('waiter', schema, key))
        const mine: Held = { lost: false }
        held.add(mine)
        try {
          await take(numbers, marks)
          if (mine.lost) throw new AppError('STORE_UNAVAILABLE', { reason: 'lock-lost' })
          return await holding.run([...(holding.getStore() ?? []), mine], work)
        } finally {
          held.delete(mine)
          if (!mine.lost) void free(numbers, marks)
        }
      }),
    assertHeld() {
      if (holding.getStore()?.some(({ lost }) => lost)) throw new AppError('STORE_UNAVAILABLE', { reason: 'lock-lost' })
    },
    heard(payload) {
      if (!payload.startsWith(FREED)) return
      for (const wake of waiters.get(payload.slice(FREED.length)) ?? []) wake()
    }
  }
}
