import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import { consumerGroups } from '../../../server/app/consumer-groups.ts'
import { KAFKA_BUS_DEFAULTS } from '../../../server/bus/kafka/options.ts'
import { pause } from '../../integration/support/kill-site.ts'

const WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
const { topicPrefix, groupPrefix } = KAFKA_BUS_DEFAULTS
/** What follows from a recorded message. */
const STEPS = consumerGroups([{ id: 'pocket-k', topics: ['events.recorded'] }]).filter(({ topic }) =>
  topic.startsWith('events.')
)

/**
 * Looks into the engines from outside. `recovered` resolves when nothing that was taken before that instant waits any more:
 * each message recorded, its events handled by every step, what had to go out sent.
 */
export async function watch({ brokers, database }: { brokers: string[]; database: string }) {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const pool = new pg.Pool({ connectionString: database, max: 1 })

  const count = async (sql: string, before: string): Promise<number> => {
    const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM hisbundle.${sql}`, [before])
    return Number(rows[0]?.n)
  }
  /** End of each partition of the topics of events. */
  async function ends(): Promise<Map<string, number>> {
    const all = new Map<string, number>()
    for (const topic of new Set(STEPS.map((step) => step.topic)))
      for (const { partition, high } of await admin.fetchTopicOffsets(topicPrefix + topic))
        all.set(`${topic} ${partition}`, Number(high))
    return all
  }
  async function areHandled(upTo: Map<string, number>): Promise<boolean> {
    for (const { topic, group } of STEPS) {
      const [found] = await admin.fetchOffsets({
        groupId: `${groupPrefix}${group}.${topic}`,
        topics: [topicPrefix + topic]
      })
      for (const { partition, offset } of found?.partitions ?? [])
        if (Number(offset) < (upTo.get(`${topic} ${partition}`) ?? 0)) return false
    }
    return true
  }
  async function until(what: string, look: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + WITHIN_MS
    while (!(await look())) {
      if (performance.now() > deadline) throw new Error(`${what} not within ${WITHIN_MS} ms`)
      await pause(LOOK_EVERY_MS)
    }
  }

  return {
    async recovered(before: string): Promise<void> {
      await until(
        'recorded',
        async () => (await count(`messages WHERE state = 'received' AND received_at < $1`, before)) === 0
      )
      const recordedAt = new Date().toISOString()
      await until('relayed', async () => (await count(`change WHERE event::json->>'at' < $1`, recordedAt)) === 0)
      const upTo = await ends()
      await until('handled', () => areHandled(upTo))
      const handledAt = new Date().toISOString()
      await until(
        'sent',
        async () => (await count(`outbox WHERE state = 'waiting' AND created_at < $1`, handledAt)) === 0
      )
    },
    async close(): Promise<void> {
      await Promise.all([admin.disconnect(), pool.end()])
    }
  }
}

export type Watch = Awaited<ReturnType<typeof watch>>
