import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { EventBus, LocalLog } from '../../core/event-bus.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import { fromBusRecord } from './envelope-headers.ts'
import { INBOUND_TOPICS, INGEST_GROUP } from './families.ts'
import { RECORDED_TOPIC, RESULTED_TOPIC, toChangeEvent } from './relay.ts'
import type { Story } from './story.ts'

/** Messages before the end of a partition that are looked at: more than a disk's cache ever held back. */
const LOOK_BACK = 2000
/** Stories of messages received longer ago may have been forgotten by then. */
const RECENT_MS = 24 * 60 * 60_000

export interface TailDeps {
  bus: Pick<EventBus, 'replay' | 'local'>
  store: Pick<FhirStore, 'readVersion' | 'sql'>
  story: Pick<Story, 'recent' | 'settled' | 'settlementOf'>
  clock: Clock
  log: Logger
}

/**
 * Holds the log and the store against each other before anything is worked on. fsync came before each acknowledgement, so
 * after a power cut both files have what was promised, unless the disk lied. Then one of the two knows of something that the
 * other has lost, and that must not stay unseen:
 *
 * - a message that the store calls received is not in the log: parked LOG_TORN, for a person to ask the sender again;
 * - a message that ingest has passed has no end in the store: replayed from the log (flagged, so nothing alerts late);
 * - an event on the log names a version that is not in the store: STORE_TORN in the log of the server.
 */
export async function checkTails(deps: TailDeps): Promise<{ lost: number; replayed: number; vanished: number }> {
  const { local } = deps.bus
  if (!local) return { lost: 0, replayed: 0, vanished: 0 }
  const lost = await parkLost(deps, local)
  const replayed = await replayForgotten(deps, local)
  const vanished = await countVanished(deps, local)
  if (lost > 0) deps.log.error({ code: 'LOG_TORN', count: lost }, 'acknowledged messages are not in the log; parked')
  if (replayed + vanished > 0)
    deps.log.error({ code: 'STORE_TORN', count: replayed + vanished }, 'the store lost commits; replayed from the log')
  return { lost, replayed, vanished }
}

async function parkLost({ story, store, clock }: TailDeps, local: LocalLog): Promise<number> {
  const gone = (await story.recent(LOOK_BACK, { state: 'received' })).filter(({ envelopeId }) => !local.has(envelopeId))
  const error = new AppError('LOG_TORN').toJSON()
  const settledAt = clock.now().toISOString()
  for (const message of gone) {
    const { envelopeId: id, feed, family, kind, mediaType, receivedAt, correlation } = message
    const envelope = { id, feed, family: family as never, kind, mediaType, receivedAt, correlation }
    await store.sql.write(story.settled(envelope, { state: 'parked', error }, { settledAt }))
  }
  return gone.length
}

async function replayForgotten({ bus, story, clock }: TailDeps, local: LocalLog): Promise<number> {
  const since = clock.now().getTime() - RECENT_MS
  let count = 0
  for (const topic of INBOUND_TOPICS)
    for (const [partition, next] of local.committed(topic, INGEST_GROUP)) {
      const forgotten: string[] = []
      // From the end backwards to the first that the store remembers.
      for (let offset = next - 1; offset >= 0 && forgotten.length < LOOK_BACK; offset--) {
        const record = local.at(topic, partition, offset)
        if (!record || record.timestamp < since) break
        const { id } = fromBusRecord(record).envelope
        if (await story.settlementOf(id)) break
        forgotten.push(id)
      }
      for (const envelopeId of forgotten.reverse()) count += await bus.replay({ topic, envelopeId })
    }
  return count
}

async function countVanished({ store }: TailDeps, local: LocalLog): Promise<number> {
  let count = 0
  for (const topic of [RECORDED_TOPIC, RESULTED_TOPIC])
    for (const { value, headers } of local.last(topic)) {
      if (headers['event-id'] === undefined) continue
      const { resourceType, id, versionId, interaction } = toChangeEvent(value)
      if (interaction !== 'delete' && !(await store.readVersion(resourceType, id, versionId))) count += 1
    }
  return count
}
