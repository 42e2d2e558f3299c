/** Waiting, passed in so that tests can move time. Returns the way to call it off. */
export interface Scheduler {
  after(ms: number, run: () => void): () => void
}

/** Timers of the process; none of them keeps it alive. */
export const systemScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }
}

/** Time that moves only when told: what is due runs in the order of its time. */
export function manualScheduler(): Scheduler & { advance(ms: number): void; pending(): number } {
  let now = 0
  let waiting: { at: number; run: () => void }[] = []
  return {
    after(ms, run) {
      const entry = { at: now + ms, run }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const next = waiting.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        now = next.at
        waiting = waiting.filter((entry) => entry !== next)
        next.run()
      }
      now = end
    },
    pending: () => waiting.length
  }
}
