import type { BusRecord } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { SimulatedKafka } from '../../test/support/simulated-kafka.ts'
import { GroupConsumer } from './group-consumer.ts'

const SEED = Number(process.env['TEST_SEED'] ?? 18)
const RECORDS = Number(process.env['TEST_RECORDS'] ?? 100_000)
const REBALANCES = Number(process.env['TEST_REBALANCES'] ?? 200)

// Hardening T18 and A1-17, A1-18, A1-19.
test(`loses nothing and does nothing twice in effect through ${REBALANCES} rebalances of ${RECORDS} records`, async () => {
  const random = seededRandom(SEED)
  const cluster = new SimulatedKafka({ partitions: 16, records: RECORDS, random })
  /** What a store with a unique key holds: one effect an id, whoever wrote it and however often. */
  const effects = new Map<string, number>()
  let handled = 0
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const step = RECORDS / (REBALANCES + 1)
  let at = step
  const handle = async (record: BusRecord): Promise<number | undefined> => {
    // So that the rebalances spread over all records.
    while (handled >= at) await turn()
    const chance = random()
    if (chance < 0.002) return 5
    // Most are quick; some are still at it when their partition has gone elsewhere and come back.
    if (chance < 0.01) await turn()
    if (chance < 0.003) for (let n = 0; n < 100; n++) await turn()
    handled += 1
    effects.set(record.headers['id']!, (effects.get(record.headers['id']!) ?? 0) + 1)
    if (chance > 0.998) await turn()
    return undefined
  }
  const start = (): GroupConsumer => {
    const consumer = new GroupConsumer({
      source: cluster.source(),
      handle,
      concurrency: 4,
      // Time runs with the turns of the loop: what is due in a moment is due after some of them.
      after: (_ms, run) => {
        let off = false
        void turn().then(() => off || run())
        return () => {
          off = true
        }
      },
      log: silentLogger
    })
    consumer.start()
    return consumer
  }
  const running = [start(), start(), start()]
  const stopping: Promise<void>[] = []
  for (; !cluster.isDone; await turn()) {
    if (handled < at) continue
    at += step
    const chance = random()
    if (chance < 0.2) running.push(start())
    else if (chance < 0.4 && running.length > 1) stopping.push(running.shift()!.stop())
    else await cluster.rebalance()
  }
  at = Number.POSITIVE_INFINITY
  await Promise.all([...stopping, ...running.map((consumer) => consumer.stop())])
  expect(cluster.counts.rebalances).toBeGreaterThanOrEqual(REBALANCES)
  expect(cluster.counts.stale).toBeGreaterThan(0)
  expect(cluster.counts.refused).toBeGreaterThan(0)
  expect(effects.size).toBe(RECORDS)
  expect(cluster.violations).toEqual({ foreign: 0, backward: 0 })
  // Some are handed out again after a rebalance; the identity is what makes that harmless.
  expect(handled).toBeGreaterThan(RECORDS)
}, 60_000)
