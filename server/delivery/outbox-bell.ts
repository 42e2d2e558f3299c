import type { Coordination } from '../../core/coordination.ts'

const CHANNEL = 'outbox'
const URGENT = 'outbox-now'
const NAMES_A_TIME = 40
const BETWEEN = '\n'

/** Tells the processes that send that something waits for a destination, whichever of them sends to it. */
export interface OutboxBell {
  ring(destinations: string[]): void
  /** Whatever back-off runs: a person wants it tried now. Without a name: every destination. */
  ringUrgent(destination?: string): void
  listen(listener: (destination: string) => void): () => void
  /** `undefined`: every destination. */
  listenUrgent(listener: (destination: string | undefined) => void): () => void
}

export function createOutboxBell(coordination: Pick<Coordination, 'announce' | 'listen'>): OutboxBell {
  return {
    ring(destinations) {
      for (let from = 0; from < destinations.length; from += NAMES_A_TIME)
        coordination.announce(CHANNEL, destinations.slice(from, from + NAMES_A_TIME).join(BETWEEN))
    },
    ringUrgent(destination = '') {
      coordination.announce(URGENT, destination)
    },
    listen: (listener) =>
      coordination.listen(CHANNEL, (text) => {
        for (const destination of text.split(BETWEEN)) listener(destination)
      }),
    listenUrgent: (listener) => coordination.listen(URGENT, (text) => listener(text === '' ? undefined : text))
  }
}
