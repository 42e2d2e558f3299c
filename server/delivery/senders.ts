import type { Coordination, Lead } from '../../core/coordination.ts'
import type { Destination } from '../../core/destination.ts'
import { aborted } from '../pipeline/leading.ts'
import { Sender, type SenderDeps } from './sender.ts'

interface Followed {
  destination: Destination
  lead: Lead
  /** While this process is the one that sends. */
  sender?: Sender
}

/**
 * One sender a destination, in one process at a time (`deliver/<destination>` is what they agree on): when the process that
 * sends dies, another goes on, with the ids the first would have used. A destination that only this process can reach (a
 * bound socket) is asked for only here.
 */
export function createSenders(deps: SenderDeps & { coordination: Coordination }) {
  const { coordination, ...senderDeps } = deps
  const followed = new Map<string, Followed>()

  function follow(destination: Destination): void {
    const entry: Followed = {
      destination,
      lead: coordination.lead(`deliver/${destination.name}`, async (lost) => {
        const sender = new Sender(destination, senderDeps)
        entry.sender = sender
        try {
          sender.wake()
          await aborted(lost)
        } finally {
          entry.sender = undefined
          await sender.stop()
        }
      })
    }
    followed.set(destination.name, entry)
  }

  async function leave(name: string): Promise<void> {
    const entry = followed.get(name)
    followed.delete(name)
    await entry?.lead.stop()
  }

  return {
    /** From now on these, and no others. One that changed (another address) gets a new sender. */
    async follow(destinations: Destination[]): Promise<void> {
      const wanted = new Map(destinations.filter(({ isReachable }) => isReachable?.() ?? true).map((d) => [d.name, d]))
      const gone = [...followed].filter(([name, { destination }]) => wanted.get(name) !== destination)
      await Promise.all(gone.map(([name]) => leave(name)))
      for (const [name, destination] of wanted) if (!followed.has(name)) follow(destination)
    },
    /** There may be something to send; without a name: everywhere. */
    wake(name?: string, options?: { now?: boolean }): void {
      if (name !== undefined) followed.get(name)?.sender?.wake(options)
      else for (const { sender } of followed.values()) sender?.wake(options)
    },
    async stop(): Promise<void> {
      await Promise.all([...followed.keys()].map(leave))
    }
  }
}
