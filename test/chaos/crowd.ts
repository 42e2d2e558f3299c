import { pause } from '../integration/support/kill-site.ts'
import type { Addresses } from '../integration/support/serve-child.ts'
import { LINES, type Sent, sentFor } from './load.ts'
import { sendLine } from './senders.ts'

/** Between a message and the one that takes it back. */
const SECOND_THOUGHTS_MS = 200

/** People in the order in which they join; the lines take from here. */
export function crowd(now: Date, base: number) {
  const known: { token: string; sent: Sent[] }[] = []
  let allowed = 0
  let closed = false
  let abandoned = false
  return {
    allow(n: number): void {
      allowed = n
      while (known.length < allowed) {
        const token = `${base}${String(known.length).padStart(5, '0')}9`
        known.push({ token, sent: sentFor(token, now) })
      }
    },
    close: (): void => {
      closed = true
    },
    /** Nobody waits for them any more: what is not acknowledged is not sent again. */
    abandon: (): void => {
      closed = true
      abandoned = true
    },
    isAbandoned: (): boolean => abandoned,
    tokens: () => known.map(({ token }) => token),
    sent: () => known.flatMap(({ sent }) => sent),
    async *line(name: string, before: (sent: Sent) => Promise<unknown>): AsyncGenerator<Sent> {
      for (let i = 0; ; i++) {
        while (i >= known.length) {
          if (closed) return
          await pause(10)
        }
        for (const sent of known[i]!.sent.filter(({ line }) => line === name)) {
          await before(sent)
          if (abandoned) return
          yield sent
        }
      }
    }
  }
}

export type Crowd = ReturnType<typeof crowd>

/** Every line of the crowd at once, each in its order; with `uniform` they pause as people do. */
export function sendAll(
  people: Crowd,
  uniform: (() => number) | undefined,
  where: () => Promise<Addresses>,
  hear: { onAcknowledged(sent: Sent): void; onResend?(): void }
): Promise<unknown> {
  const acknowledged = new Set<string>()
  const onAcknowledged = (sent: Sent): void => {
    acknowledged.add(sent.item.id)
    hear.onAcknowledged(sent)
  }
  const before = async ({ after }: Sent): Promise<void> => {
    // Lines drift apart by themselves; a pause keeps the load going through a kill.
    if (uniform) await pause(uniform() * 60)
    if (after === undefined) return
    while (!acknowledged.has(after) && !people.isAbandoned()) await pause(10)
    if (uniform) await pause(SECOND_THOUGHTS_MS)
  }
  const { isAbandoned } = people
  return Promise.all(
    LINES.map((line) => sendLine(people.line(line, before), { where, ...hear, onAcknowledged, isAbandoned }))
  )
}
