import type { ChangeEvent } from '../../core/changes.ts'
import type { Coordination } from '../../core/coordination.ts'
import type { Destination, Sent } from '../../core/destination.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { BusRecord, BusSubscription, EventBus } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import type { RecordReader } from '../../core/record.ts'
import { resourceOf } from './heed.ts'
import type { Outbox, OutboxItem } from './outbox.ts'
import { createOutboxBell } from './outbox-bell.ts'
import type { SenderDeps } from './sender.ts'
import { createSenders } from './senders.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface DeliveryDeps {
  bus: EventBus
  outbox: Outbox
  coordination: Coordination
  /** Destinations of the configuration (HL7 v2, DICOM ...). */
  fixed: Destination[]
  subscriptions: Subscriptions
  reader(): RecordReader
  later: SenderDeps['later']
  outbound(): boolean
  log: Logger
  clock: () => Date
  /** Told of every outcome, after it is durable: makes Communications and channel states. */
  onOutcome(item: OutboxItem, sent: Sent): Promise<void>
}

/** An announcement may be lost: what waits, and which destinations there are, is looked at again this often. */
const LOOK_EVERY_MS = 10_000
const SUBSCRIPTIONS_CHANNEL = 'subscriptions'

/**
 * Reads the events and fills the outbox; of all processes that do so one at a time sends to each destination. Who handles an
 * event need not be who sends: the sender is told by an announcement.
 */
export function createDelivery(deps: DeliveryDeps) {
  const { coordination, subscriptions, log } = deps
  const senders = createSenders(deps)
  const bell = createOutboxBell(coordination)
  const running: BusSubscription[] = []
  const endListening: (() => void)[] = []
  let looking: (() => void) | undefined
  let refreshing: Promise<void> = Promise.resolve()

  const destinationsFor = async (instant: string): Promise<Destination[]> => [
    ...deps.fixed,
    ...(await subscriptions.destinations(instant))
  ]

  const handle = async (record: BusRecord): Promise<void> => {
    const event = JSON.parse(Buffer.from(record.value).toString()) as ChangeEvent
    if (!event.eventId) return
    if (event.resourceType === 'Subscription') await onSubscription(event)
    const reader = deps.reader()
    const wanted: Destination[] = []
    for (const destination of await destinationsFor(event.at))
      if (await destination.wants(event, reader)) wanted.push(destination)
    await deps.outbox.add(
      wanted.map(({ name }) => ({
        destination: name,
        itemId: event.eventId,
        resource: resourceOf(event),
        versionId: event.versionId,
        event
      }))
    )
    bell.ring(wanted.map(({ name }) => name))
  }

  const onSubscription = async (event: ChangeEvent): Promise<void> => {
    if (event.cause.kind === 'delivery') return
    if (event.interaction !== 'delete') await subscriptions.note(event.id, { kind: 'created' })
    subscriptions.forget()
    coordination.announce(SUBSCRIPTIONS_CHANNEL, event.id)
    // Not waited for: a sender that has to end may be waiting for a peer that hangs, and the next event need not.
    void refresh()
  }

  /** Senders for the destinations that are there now; one round after the other. */
  const refresh = (): Promise<void> => {
    refreshing = refreshing
      .then(async () => senders.follow(await destinationsFor(deps.clock().toISOString())))
      .catch((error: unknown) => log.warn({ code: asAppError(error).code }, 'destinations not read, trying again'))
    return refreshing
  }

  const lookLater = (): void => {
    looking = deps.later(LOOK_EVERY_MS, () => {
      subscriptions.forget()
      void refresh()
        .then(() => deps.outbox.destinationsWaiting())
        .then((names) => {
          for (const name of names) senders.wake(name)
        })
        // A store that does not answer is asked again at the next look.
        .catch(() => {})
        .then(() => looking && lookLater())
    })
  }

  return {
    async start(): Promise<void> {
      endListening.push(
        bell.listen((name) => senders.wake(name)),
        bell.listenUrgent((name) => senders.wake(name, { now: true })),
        coordination.listen(SUBSCRIPTIONS_CHANNEL, () => {
          subscriptions.forget()
          void refresh()
        })
      )
      await refresh()
      for (const topic of ['events.recorded', 'events.resulted']) {
        running.push(await deps.bus.subscribe(topic, 'deliver', handle, { retryForever: true }))
      }
      lookLater()
    },
    /** A destination can be sent to from here, or no longer: a client bound its socket, or went. */
    async reachChanged(name: string): Promise<void> {
      await refresh()
      senders.wake(name, { now: true })
    },
    /** Outbound was switched on: what waits may go. */
    wake(): void {
      senders.wake(undefined, { now: true })
    },
    async stop(): Promise<void> {
      looking?.()
      looking = undefined
      for (const end of endListening.splice(0)) end()
      await Promise.all(running.splice(0).map((subscription) => subscription.stop()))
      await refreshing
      await senders.stop()
    }
  }
}

export type Delivery = ReturnType<typeof createDelivery>
