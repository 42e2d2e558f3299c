import type { BusRecord } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import { GroupConsumer } from './group-consumer.ts'
import type { GroupSource } from './group-source.ts'

const PLACE = { topic: 't', partition: 0 }
const record = (offset: number): BusRecord => ({
  ...PLACE,
  offset,
  key: 'k',
  value: new Uint8Array(0),
  headers: {},
  timestamp: 0
})

test('a commit that is refused at once while partitions are taken away leaves the process its turn', async () => {
  let commits = 0
  const waits: (() => void)[] = []
  const source: GroupSource = {
    start: () => undefined,
    positions: async () => [{ ...PLACE, committed: 0, first: 0, end: 1 }],
    seek: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    // What a member does that is joining; a loop without a pause would never come to the end of this test.
    async commit() {
      commits++
      if (commits > 1000) return
      throw new Error('joining')
    },
    stop: async () => undefined
  }
  const handled = Promise.withResolvers<void>()
  const handling = Promise.withResolvers<void>()
  const consumer = new GroupConsumer({
    source,
    async handle() {
      handling.resolve()
      await handled.promise
      return undefined
    },
    concurrency: 1,
    after(_ms, run) {
      waits.push(run)
      return () => undefined
    },
    log: silentLogger
  })
  consumer.start()
  consumer.assigned([PLACE], false)
  await new Promise((resolve) => setImmediate(resolve))
  consumer.fetched({ ...PLACE, from: 0, records: [record(0)], next: 1 })
  await handling.promise
  // The group is shared out anew while the record is worked on: its offset is committed as soon as it is done.
  consumer.revoking()
  handled.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  expect(commits).toBe(1)
  expect(waits.length).toBeGreaterThan(0)
  for (const run of waits.splice(0)) run()
  await new Promise((resolve) => setImmediate(resolve))
  expect(commits).toBe(2)
})
