import type { Cause, ChangeEvent } from '../../core/changes.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { BusMessage, EventBus } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'
import type { PipelineCounters } from './counters.ts'

export const RECORDED_TOPIC = 'events.recorded'
export const RESULTED_TOPIC = 'events.resulted'
/** Header of an event: a second append of the same change after a crash is recognised by it. */
export const EVENT_ID_HEADER = 'event-id'
const PAGE = 500
/** What was relayed in this time is deleted in one transaction: an event's way is not a commit longer for it. */
const DROP_AFTER_MS = 20
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 10_000

const TOPIC_OF: Record<Cause['kind'], string> = {
  rest: RECORDED_TOPIC,
  ingest: RECORDED_TOPIC,
  admin: RECORDED_TOPIC,
  result: RESULTED_TOPIC,
  alert: RESULTED_TOPIC,
  delivery: RESULTED_TOPIC
}

export interface Relay {
  /** Relays what a crash left behind, then everything as it is committed. */
  start(): Promise<void>
  /** Resolves after the page under way, and when what it relayed is deleted. */
  stop(): Promise<void>
}

/**
 * Puts committed change rows on the bus in commit order and deletes them after the append. While the bus refuses, the rows
 * stay in the store and are tried again without end. Rows on the bus wait a little to be deleted together; a crash in
 * between relays them again under the same event ids.
 */
export function createRelay(deps: {
  store: Pick<FhirStore, 'takeChanges' | 'dropChanges' | 'onCommit'>
  bus: Pick<EventBus, 'append'>
  log: Logger
  scheduler?: Scheduler
  counters?: Pick<PipelineCounters, 'relayed'>
}): Relay {
  const { store, bus, log, scheduler = systemScheduler, counters } = deps
  let running = false
  let working: Promise<void> | undefined
  let again = false
  let retryMs = FIRST_RETRY_MS
  let endListening: (() => void) | undefined
  let cancelRetry: (() => void) | undefined
  /** Everything up to this row is on the bus; row numbers rise and are never used twice. */
  let relayed = 0
  let dropped = 0
  let dropping: Promise<void> | undefined
  let cancelDrop: (() => void) | undefined

  async function relayAll(): Promise<void> {
    while (running) {
      const page = await store.takeChanges(PAGE)
      const changes = page.filter(({ seq }) => seq > relayed)
      const last = changes.at(-1)
      if (last) {
        failpoint('relay.taken')
        const events = changes.map(({ event }) => event)
        await Promise.all(
          [RECORDED_TOPIC, RESULTED_TOPIC].map((topic) =>
            bus.append(topic, events.filter(({ cause }) => TOPIC_OF[cause.kind] === topic).map(toMessage))
          )
        )
        failpoint('relay.appended')
        relayed = last.seq
        if (counters) counters.relayed += changes.length
        retryMs = FIRST_RETRY_MS
        dropLater()
      }
      // Rows that are relayed already may fill a page and hide newer ones.
      if (page.length >= PAGE) await drop()
      else if (!last) return
    }
  }

  function dropLater(): void {
    cancelDrop ??= scheduler.after(DROP_AFTER_MS, () => {
      cancelDrop = undefined
      drop().catch((error: unknown) => {
        log.warn({ code: asAppError(error).code }, 'relayed changes not deleted, trying again')
        if (running) dropLater()
      })
    })
  }

  async function drop(): Promise<void> {
    await dropping
    if (dropped >= relayed) return
    const upTo = relayed
    dropping = store.dropChanges(upTo)
    try {
      await dropping
      failpoint('relay.dropped')
      dropped = upTo
    } finally {
      dropping = undefined
    }
  }

  /** One round at a time; a commit meanwhile makes one more. */
  function wake(): void {
    if (!running) return
    if (working) {
      again = true
      return
    }
    cancelRetry?.()
    working = relayAll()
      .catch((error: unknown) => {
        log.warn({ code: asAppError(error).code }, 'changes not relayed, trying again')
        again = false
        if (running) cancelRetry = scheduler.after(retryMs, wake)
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
      })
      .then(() => {
        working = undefined
        if (!again) return
        again = false
        wake()
      })
  }

  return {
    async start() {
      running = true
      endListening = store.onCommit(wake)
      wake()
      await working
    },
    async stop() {
      running = false
      endListening?.()
      cancelRetry?.()
      await working
      cancelDrop?.()
      // A store that refuses keeps its rows: they are relayed again at the next start.
      await drop().catch((error: unknown) => log.warn({ code: asAppError(error).code }, 'relayed changes not deleted'))
    }
  }
}

/** Keyed by the internal patient: the events of one patient stay in order. */
const toMessage = (event: ChangeEvent): BusMessage => ({
  key: event.patientId ?? `${event.resourceType}/${event.id}`,
  value: Buffer.from(JSON.stringify(event)),
  headers: { [EVENT_ID_HEADER]: event.eventId, kind: `${event.resourceType} ${event.interaction}` }
})

/** The event that a record of these topics carries. */
export const toChangeEvent = (value: Uint8Array): ChangeEvent =>
  JSON.parse(Buffer.from(value).toString('utf8')) as ChangeEvent
