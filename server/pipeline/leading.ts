import type { Coordination, Lead } from '../../core/coordination.ts'

/** A part that runs in one process at a time. */
export interface LedPart {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts the part when this process comes to lead `name`, and stops it when the place is lost or given up. */
export function whileLeading(coordination: Coordination, name: string, part: LedPart): Lead {
  return coordination.lead(name, async (lost) => {
    try {
      await part.start()
      await aborted(lost)
    } finally {
      await part.stop()
    }
  })
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
