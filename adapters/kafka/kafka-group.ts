import { reasonOf } from './client.ts'
import type { GroupEvents, GroupSource } from './group-source.ts'
import { type KafkaGroupOptions, KafkaMember } from './kafka-member.ts'
import { positionsOf } from './positions.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * A member of a consumer group by kafkajs's consumer, of which only joining, heartbeats and fetching are used:
 *
 * - its fetch loop waits until everything it fetched was handled, so nothing is handled in it: records are taken over and
 *   the loop goes on, which also keeps the heartbeats going however long a handler takes;
 * - a commit is one attempt as the member of that moment: kafkajs's own retry would repeat it after a rebalance, for a
 *   partition that another member has, and set that one back (tulios/kafkajs#1046, #922);
 * - it gives up for good after some errors and restarts by itself after others: here every end is followed by a new
 *   consumer, and a consumer that says nothing for too long is replaced as well.
 */
export function createKafkaGroup(options: KafkaGroupOptions): GroupSource {
  const { groupId, log } = options
  let events: GroupEvents
  let member: KafkaMember | undefined
  let stopped = false
  let pauseMs = FIRST_PAUSE_MS
  let cancelRestart: (() => void) | undefined

  function run(): void {
    const mine: KafkaMember = new KafkaMember(options, {
      assigned(partitions, kept) {
        if (member !== mine) return
        pauseMs = FIRST_PAUSE_MS
        log.info({ group: groupId, count: partitions.length }, 'partitions assigned')
        events.assigned(partitions, kept)
      },
      fetched: (fetched) => member === mine && events.fetched(fetched),
      passedOver: (partition, next) => member === mine && events.passedOver(partition, next),
      revoking: () => member === mine && events.revoking(),
      ended(error) {
        if (member !== mine) return
        member = undefined
        log.warn({ group: groupId, reason: reasonOf(error) }, 'consumer ended, a new one follows')
        events.assigned([], false)
        const timer = setTimeout(() => void mine.end().then(() => !stopped && run()), pauseMs)
        cancelRestart = () => clearTimeout(timer)
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
      }
    })
    member = mine
    mine.begin()
  }

  return {
    start(given) {
      events = given
      run()
    },
    positions: (partitions) => positionsOf(options.admin, groupId, partitions),
    seek: (partition, offset) => member?.seek(partition, offset),
    pause: (partition) => member?.pause(partition),
    resume: (partition) => member?.resume(partition),
    commit: (offsets) => (member ? member.commit(offsets) : Promise.reject(new Error('no member'))),
    async stop() {
      stopped = true
      cancelRestart?.()
      const last = member
      member = undefined
      await last?.end()
    }
  }
}
