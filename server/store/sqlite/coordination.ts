import type { Coordination } from '../../../core/coordination.ts'
import { pause } from '../pause.ts'

const PAUSE_MS = 1000

/** One process, so it leads whatever it asks to lead, and what it announces it hears itself. */
export function inProcessCoordination(pauseMs = PAUSE_MS): Coordination {
  const listeners = new Map<string, Set<(text: string) => void>>()
  const tails = new Map<string, Promise<void>>()
  return {
    lead(name, work) {
      const end = new AbortController()
      const loop = async (): Promise<void> => {
        while (!end.signal.aborted) {
          await work(end.signal).catch(() => {})
          if (!end.signal.aborted) await pause(pauseMs, end.signal)
        }
      }
      // Two in one process take turns, as two processes do.
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
      for (const listener of listeners.get(channel) ?? []) listener(text)
    },
    listen(channel, listener) {
      const all = listeners.get(channel) ?? new Set()
      listeners.set(channel, all.add(listener))
      return () => all.delete(listener)
    }
  }
}
