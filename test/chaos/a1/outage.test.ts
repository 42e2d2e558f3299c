import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination } from '../../../core/destination.ts'
import { silentLogger } from '../../../core/log.ts'
import { manualScheduler, type Scheduler } from '../../../server/bus/scheduler.ts'
import { createOutbox } from '../../../server/delivery/outbox.ts'
import { Sender } from '../../../server/delivery/sender.ts'
import { createSqliteStore } from '../../../server/store/index.ts'
import { givesUp } from './outage.vulnerable.ts'
import { seenFailing, turns, until } from './seen-failing.ts'

const STEP_MS = 15 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** A1-1 */
type Make = (
  send: (id: string) => Promise<boolean>,
  scheduler: Scheduler
) => Promise<{ add(ids: string[]): Promise<void>; stop(): Promise<void> }>

const ours: Make = async (send, scheduler) => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-outage-'))
  const store = createSqliteStore({ dir })
  await store.start()
  let position = 0
  const outbox = createOutbox(
    store.sql,
    () => new Date(0),
    () => String(++position).padStart(6, '0')
  )
  await outbox.define()
  const destination: Destination = {
    name: 'peer',
    wants: async () => true,
    build: async () => undefined,
    send: async ({ id }) =>
      (await send(id)) ? { kind: 'delivered' } : { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
  }
  const sender = new Sender(destination, {
    outbox,
    reader: () => ({}) as never,
    log: silentLogger,
    later: (ms, work) => scheduler.after(ms, work),
    outbound: () => true
  })
  return {
    async add(ids) {
      await outbox.add(
        ids.map((id) => ({
          destination: 'peer',
          itemId: id,
          resource: 'Task/1',
          versionId: '1',
          payload: { id, mediaType: 'x', bytes: new Uint8Array(1) }
        }))
      )
      sender.wake()
    },
    async stop() {
      await sender.stop()
      await store.stop()
      rmSync(dir, { recursive: true })
    }
  }
}

seenFailing<Make>(
  'an endpoint that was down for 24 hours gets every event once, in order',
  { ours, weak: givesUp },
  async (make, patienceMs) => {
    const scheduler = manualScheduler()
    const received: string[] = []
    let isDown = true
    const sender = await make(async (id) => {
      if (!isDown) received.push(id)
      return !isDown
    }, scheduler)
    const ids = Array.from({ length: 5 }, (_, i) => `event-${i}`)
    await sender.add(ids)
    for (let ms = 0; ms < DAY_MS; ms += STEP_MS) {
      await until(() => scheduler.pending() > 0, patienceMs / 50).catch(() => undefined)
      scheduler.advance(STEP_MS)
      await turns(2)
    }
    isDown = false
    await until(() => scheduler.pending() > 0, patienceMs / 50).catch(() => undefined)
    scheduler.advance(STEP_MS)
    await until(() => received.length >= ids.length, patienceMs).catch(() => undefined)
    await sender.stop()
    expect(received).toEqual(ids)
  }
)
