import type { Coordination } from '../../../core/coordination.ts'
import { pause } from '../pause.ts'
import { lockNumber } from './lock-keys.ts'
import type { Session } from './session.ts'

const PAUSE_MS = 1000
/** How often the places that others hold are asked for; all of them in one statement. */
const ASK_EVERY_MS = 1000

const ANNOUNCED = 'said '
const VACATED = 'vacated'

interface Candidate {
  number: bigint
  /** Called with the signal of losing it. */
  granted(lost: AbortSignal): void
}

export interface PostgresCoordination extends Coordination {
  /** A notice of the session. */
  heard(payload: string): void
  stop(): void
}

/**
 * Several processes on one PostgreSQL. A leadership is an advisory lock on the session's one connection: hundreds of them
 * cost one connection and, while they wait, one statement a second. A leader whose connection dies is told within seconds
 * (the session's heartbeat), the database frees its places as soon as it sees the connection closed, and the next asks once
 * a second, or at once when a place was left in order.
 */
export function createPostgresCoordination(
  session: Session,
  schema: string,
  { pauseMs = PAUSE_MS, askEveryMs = ASK_EVERY_MS }: { pauseMs?: number; askEveryMs?: number } = {}
): PostgresCoordination {
  const candidates = new Set<Candidate>()
  const tails = new Map<string, Promise<void>>()
  const listeners = new Map<string, Set<(text: string) => void>>()
  let asking = false
  let timer: NodeJS.Timeout | undefined

  /** One statement asks for every place that is wanted here. */
  async function ask(): Promise<void> {
    clearTimeout(timer)
    if (asking || candidates.size === 0) return
    asking = true
    const wanted = [...candidates]
    try {
      const rows = await session.query<{ held: boolean }>(
        'SELECT pg_try_advisory_lock(k) AS held FROM unnest($1::bigint[]) AS k',
        [wanted.map(({ number }) => number)]
      )
      for (const [i, candidate] of wanted.entries()) if (rows[i]!.held) grant(candidate)
    } catch {
      // No connection: asked again when it is back, or by the timer.
    } finally {
      asking = false
      if (candidates.size > 0) timer = setTimeout(() => void ask(), askEveryMs).unref()
    }
  }

  function grant(candidate: Candidate): void {
    if (!candidates.delete(candidate)) {
      vacate(candidate.number)
      return
    }
    const lost = new AbortController()
    const end = session.onLost(() => {
      end()
      lost.abort()
    })
    lost.signal.addEventListener('abort', end)
    candidate.granted(lost.signal)
  }

  function vacate(number: bigint): void {
    session.query('SELECT pg_advisory_unlock($1)', [number]).then(
      () => session.notify(VACATED),
      () => {}
    )
  }

  /** Waits for the place; undefined when ended before it came. */
  function obtain(number: bigint, ended: AbortSignal): Promise<AbortSignal | undefined> {
    const { promise, resolve } = Promise.withResolvers<AbortSignal | undefined>()
    const candidate: Candidate = { number, granted: resolve }
    const giveUp = (): void => {
      candidates.delete(candidate)
      resolve(undefined)
    }
    ended.addEventListener('abort', giveUp, { once: true })
    candidates.add(candidate)
    queueMicrotask(() => void ask())
    return promise.finally(() => ended.removeEventListener('abort', giveUp))
  }

  session.onBack(() => void ask())

  return {
    lead(name, work) {
      const number = lockNumber('lead', schema, name)
      const end = new AbortController()
      const loop = async (): Promise<void> => {
        while (!end.signal.aborted) {
          const lost = await obtain(number, end.signal)
          if (!lost) return
          await work(AbortSignal.any([lost, end.signal])).catch(() => {})
          if (!lost.aborted) vacate(number)
          if (!end.signal.aborted) await pause(pauseMs, end.signal)
        }
      }
      // Two in one process take turns, as two processes do: the session holds a lock twice without asking.
      const running = (tails.get(name) ?? Promise.resolve()).then(loop)
      tails.set(name, running)
      return {
        async stop() {
          end.abort()
          await running
        }
      }
    },
    announce(channel, text) {
      session.notify(`${ANNOUNCED}${JSON.stringify([channel, text])}`)
    },
    listen(channel, listener) {
      const all = listeners.get(channel) ?? new Set()
      listeners.set(channel, all.add(listener))
      return () => all.delete(listener)
    },
    heard(payload) {
      if (payload === VACATED) void ask()
      if (!payload.startsWith(ANNOUNCED)) return
      const [channel, text] = JSON.parse(payload.slice(ANNOUNCED.length)) as [string, string]
      for (const listener of listeners.get(channel) ?? []) listener(text)
    },
    stop: () => clearTimeout(timer)
  }
}
