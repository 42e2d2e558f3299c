import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../../../core/log.ts'
import { createOutbox, type Outbox } from '../../../server/delivery/outbox.ts'
import { Sender, type SenderDeps } from '../../../server/delivery/sender.ts'
import { createSqliteStore } from '../../../server/store/index.ts'

export interface OutboxRig {
  readonly outbox: Outbox
  /** Makes the tables. */
  start(): Promise<void>
  /** Puts items into the queues of all destinations. */
  add(ids: string[]): Promise<void>
  wake(): void
  stop(): Promise<void>
}

/** Our outbox and one sender a destination, on a store of their own. A `send` that gives false is tried again. */
export function outboxRig(
  destinations: Map<string, (id: string) => Promise<boolean>>,
  later: SenderDeps['later'] = () => () => {}
): OutboxRig {
  const dir = mkdtempSync(join(tmpdir(), 'hb-outbox-'))
  const store = createSqliteStore({ dir })
  let position = 0
  const outbox = createOutbox(
    store.sql,
    () => new Date(0),
    () => String(++position).padStart(8, '0')
  )
  const senders = [...destinations].map(
    ([name, send]) =>
      new Sender(
        {
          name,
          wants: async () => true,
          build: async () => undefined,
          send: async ({ id }) =>
            (await send(id)) ? { kind: 'delivered' } : { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
        },
        { outbox, reader: () => ({}) as never, log: silentLogger, later, outbound: () => true }
      )
  )
  return {
    outbox,
    async start() {
      await store.start()
      await outbox.define()
    },
    async add(ids) {
      await outbox.add(
        ids.flatMap((id) =>
          [...destinations.keys()].map((destination) => ({
            destination,
            itemId: id,
            resource: 'Task/1',
            versionId: '1',
            payload: { id, mediaType: 'x', bytes: new Uint8Array(1) }
          }))
        )
      )
    },
    wake() {
      for (const sender of senders) sender.wake()
    },
    async stop() {
      await Promise.all(senders.map((sender) => sender.stop()))
      await store.stop()
      rmSync(dir, { recursive: true })
    }
  }
}
