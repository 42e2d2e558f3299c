import type { Family } from '../../core/envelope.ts'

/** Silence after which recording goes on. A sender in lock step asks again within a few milliseconds, also when it is busy. */
const QUIET_MS = 20
/** No message waits longer than this for a burst to end. */
const MAX_WAIT_MS = 1000
/** Messages behind which receiving and recording share the process as equals, long before senders are refused. */
const MAX_LAG = 5000

export interface Precedence {
  /** A piece of a message of this family has come in, by a transport whose senders wait for each answer. */
  receiving(family: Family): void
  /** A whole message is on its way to the bus. @returns to be called when it is there or refused */
  taking(family: Family): () => void
  /** Resolves when the recording of a message of this family may begin. */
  turn(family: Family): Promise<void>
}

/**
 * Receiving goes before recording where senders wait for each answer (C-STORE without asynchronous operations): such a sender
 * is held up by every long step of the record on the same thread, and a modality's burst then arrives no faster than it is
 * recorded. So recording waits until nothing of its family has come in for a moment, but never longer than a second a message
 * and not behind a long backlog. Nothing is lost by waiting: what waits is on the bus. Senders that pipeline (MLLP) need no
 * such thing, and their messages may carry an alarm: they give no hint and never wait.
 */
export function createPrecedence(deps: {
  /** Messages that are appended and not yet recorded, as last seen. */
  lag(): number
  /** Resolves after that time, when what lay in the sockets by then has been read. */
  pause?(ms: number): Promise<void>
  /** Milliseconds on a clock that never goes back. */
  monotonic?: () => number
}): Precedence {
  const { lag, pause = pauseAndPoll, monotonic = () => performance.now() } = deps
  /** Only families of which something was received in pieces; `at` is the last sign of life. */
  const families = new Map<Family, { at: number; taken: number }>()

  function isBusy(family: Family): boolean {
    const seen = families.get(family)
    if (!seen || lag() > MAX_LAG) return false
    return seen.taken > 0 || monotonic() - seen.at < QUIET_MS
  }

  return {
    receiving(family) {
      const seen = families.get(family)
      if (seen) seen.at = monotonic()
      else families.set(family, { at: monotonic(), taken: 0 })
    },
    taking(family) {
      const seen = families.get(family)
      if (!seen) return () => {}
      seen.taken += 1
      return () => {
        seen.taken -= 1
        seen.at = monotonic()
      }
    },
    async turn(family) {
      const until = monotonic() + MAX_WAIT_MS
      while (isBusy(family) && monotonic() < until) await pause(QUIET_MS)
    }
  }
}

/** After a long step of another message the timer is due before the sockets were looked at: the look comes first. */
async function pauseAndPoll(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  await new Promise((resolve) => setImmediate(resolve))
}
