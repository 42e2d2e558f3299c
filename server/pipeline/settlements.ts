import type { Coordination } from '../../core/coordination.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Settlement } from '../../core/transport.ts'
import type { Scheduler } from '../bus/scheduler.ts'
import type { Story } from './story.ts'

const RECENT = 5000
const FIRST_LOOK_MS = 1000
const LAST_LOOK_MS = 30_000
/** What settles in this time is told in one announcement, of so many ids at most (ULIDs: under 2 KiB). */
const TELL_AFTER_MS = 2
const IDS_A_TIME = 50
const CHANNEL = 'settled'

export interface Settlements {
  settle(envelopeId: string, settlement: Settlement): void
  /** Its story is stored: whoever waits for it in another process reads it there. */
  tell(envelopeId: string): void
  /** Begins to hear what other processes tell. */
  start(): void
  /** Resolves when the message has ended; never rejects. */
  wait(envelopeId: string): Promise<Settlement>
  /** Everyone who still waits is told that the server is stopping. */
  stop(): void
}

interface Waiter {
  promise: Promise<Settlement>
  resolve(settlement: Settlement): void
  cancelLook?: () => void
}

/**
 * Joins a receipt to the end of its message. In one process ingest tells it at once; when ingest runs in another one, the
 * stored story is looked at when that process tells it is there, and because an announcement may be lost also after 1 s,
 * then at doubling intervals up to 30 s.
 */
export function createSettlements(deps: {
  story: Pick<Story, 'settlementOf'>
  scheduler: Scheduler
  coordination?: Pick<Coordination, 'announce' | 'listen'>
}): Settlements {
  const { scheduler, coordination } = deps
  let untold: string[] = []
  let cancelTelling: (() => void) | undefined
  let endListening: (() => void) | undefined
  const recent = new Map<string, Settlement>()
  const waiters = new Map<string, Waiter>()

  function settle(envelopeId: string, settlement: Settlement): void {
    recent.delete(envelopeId)
    recent.set(envelopeId, settlement)
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!)
    const waiter = waiters.get(envelopeId)
    waiters.delete(envelopeId)
    waiter?.cancelLook?.()
    waiter?.resolve(settlement)
  }

  async function look(envelopeId: string, nextMs: number): Promise<void> {
    // A store that does not answer is asked again at the next look.
    const stored = await deps.story.settlementOf(envelopeId).catch(() => undefined)
    const waiter = waiters.get(envelopeId)
    if (!waiter) return
    if (stored) return settle(envelopeId, stored)
    waiter.cancelLook?.()
    waiter.cancelLook = scheduler.after(nextMs, () => void look(envelopeId, Math.min(nextMs * 2, LAST_LOOK_MS)))
  }

  function tellAll(): void {
    cancelTelling = undefined
    for (; untold.length > 0; untold = untold.slice(IDS_A_TIME))
      coordination?.announce(CHANNEL, untold.slice(0, IDS_A_TIME).join(' '))
  }

  function hear(text: string): void {
    for (const envelopeId of text.split(' ')) if (waiters.has(envelopeId)) void look(envelopeId, FIRST_LOOK_MS)
  }

  return {
    settle,
    tell(envelopeId) {
      if (!coordination) return
      untold.push(envelopeId)
      cancelTelling ??= scheduler.after(TELL_AFTER_MS, tellAll)
    },
    start() {
      endListening = coordination?.listen(CHANNEL, hear)
    },
    wait(envelopeId) {
      const known = recent.get(envelopeId)
      if (known) return Promise.resolve(known)
      const waiting = waiters.get(envelopeId)
      if (waiting) return waiting.promise
      const { promise, resolve } = Promise.withResolvers<Settlement>()
      waiters.set(envelopeId, { promise, resolve })
      void look(envelopeId, FIRST_LOOK_MS)
      return promise
    },
    stop() {
      endListening?.()
      cancelTelling?.()
      tellAll()
      const error = new AppError('SHUTTING_DOWN').toJSON()
      for (const [envelopeId, waiter] of waiters) {
        waiter.cancelLook?.()
        waiter.resolve({ state: 'refused', error })
        waiters.delete(envelopeId)
      }
    }
  }
}
