import { manualScheduler, type Scheduler } from '../../../server/bus/scheduler.ts'
import { givesUp } from './outage.vulnerable.ts'
import { outboxRig } from './outbox-rig.ts'
import { seenFailing, turns, until } from './seen-failing.ts'

const STEP_MS = 15 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** A1-1 */
type Make = (
  send: (id: string) => Promise<boolean>,
  scheduler: Scheduler
) => Promise<{ add(ids: string[]): Promise<void>; stop(): Promise<void> }>

const ours: Make = async (send, scheduler) => {
  const rig = outboxRig(new Map([['peer', send]]), (ms, work) => scheduler.after(ms, work))
  await rig.start()
  return {
    async add(ids) {
      await rig.add(ids)
      rig.wake()
    },
    stop: rig.stop
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
