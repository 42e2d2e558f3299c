import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedBus } from '../../../server/bus/embedded/embedded-bus.ts'
import { outboxRig } from './outbox-rig.ts'
import { pagesByOffset } from './queue-boundary.vulnerable.ts'
import { seenFailing, until } from './seen-failing.ts'

/** Items of one page of the outbox (server/delivery/sender.ts). */
const PAGE = 50
/** Records of one page of the log (server/bus/embedded/log-reader.ts) are bounded by bytes and number; this passes both. */
const RECORDS = 1001

type Make = (sink: (id: string) => Promise<void>) => Promise<{
  add(ids: string[]): Promise<void>
  drain(): Promise<void>
  stop(): Promise<void>
}>

const ours: Make = async (sink) => {
  const send = async (id: string): Promise<boolean> => {
    await sink(id)
    return true
  }
  const rig = outboxRig(new Map([['peer', send]]))
  await rig.start()
  return {
    add: rig.add,
    async drain() {
      rig.wake()
      await until(async () => (await rig.outbox.waiting('peer', 1)).length === 0)
    },
    stop: rig.stop
  }
}

/** A1-10 */
seenFailing<Make>(
  'around the limit of a page (n-1, n, n+1, 2n) a stalled sink gets every item, in order',
  { ours, weak: pagesByOffset },
  async (make) => {
    for (const count of [PAGE - 1, PAGE, PAGE + 1, 2 * PAGE]) {
      const received: string[] = []
      let release = (): void => {}
      const stalled = new Promise<void>((resolve) => {
        release = resolve
      })
      const queue = await make(async (id) => {
        await stalled
        received.push(id)
      })
      const ids = Array.from({ length: count }, (_, n) => `i${String(n).padStart(4, '0')}`)
      await queue.add(ids)
      const drained = queue.drain()
      release()
      await drained
      await queue.stop()
      expect(received).toEqual(ids)
    }
  }
)

test('the log hands out message 1001 after 1,000, to a handler that stalled on the first', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-queue-'))
  const bus = createEmbeddedBus({ path: join(dir, 'bus.sqlite'), partitions: 1 })
  await bus.start()
  const seen: number[] = []
  let release = (): void => {}
  const stalled = new Promise<void>((resolve) => {
    release = resolve
  })
  await bus.subscribe('t', 'g', async ({ offset }) => {
    await stalled
    seen.push(offset)
  })
  await bus.append(
    't',
    Array.from({ length: RECORDS }, (_, n) => ({ key: 'k', value: Buffer.from(String(n)), headers: {} }))
  )
  release()
  await until(() => seen.length >= RECORDS)
  expect(seen).toEqual(Array.from({ length: RECORDS }, (_, n) => n))
  await bus.stop()
  rmSync(dir, { recursive: true })
})
