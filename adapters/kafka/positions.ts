import type { Admin } from 'kafkajs'
import type { PartitionOf, Position } from './group-source.ts'

const TRIES = 8
const AGAIN_MS = 150

/**
 * kafkajs's admin asks once. A coordinator that has just taken a group over, or has not loaded it yet, says so with an error
 * that passes (NOT_COORDINATOR_FOR_GROUP, GROUP_LOAD_IN_PROGRESS).
 */
async function committedOffsets(admin: Admin, groupId: string, topics: string[]) {
  for (let tries = 1; ; tries++) {
    try {
      return await admin.fetchOffsets({ groupId, topics })
    } catch (error) {
      const { name, retriable } = error as { name?: string; retriable?: boolean }
      if (name !== 'KafkaJSProtocolError' || !retriable || tries === TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

/** Where a group stands in these partitions, and where their logs begin and end. Rejects when the brokers do not tell. */
export async function positionsOf(admin: Admin, groupId: string, partitions: PartitionOf[]): Promise<Position[]> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  const [committed, ends] = await Promise.all([
    committedOffsets(admin, groupId, topics),
    Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))
  ])
  return partitions.map(({ topic, partition }) => {
    const end = ends[topics.indexOf(topic)]!.find((one) => one.partition === partition)
    const known = committed
      .find((one) => one.topic === topic)
      ?.partitions.find((one) => one.partition === partition)?.offset
    if (!end) throw new Error('partition unknown')
    // kafkajs commits -1 or -2 when it found an offset out of range; that says no more than none.
    const offset = known === undefined || Number(known) < 0 ? undefined : Number(known)
    return { topic, partition, committed: offset, first: Number(end.low), end: Number(end.high) }
  })
}
