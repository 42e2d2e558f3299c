import type { ChangeEvent } from '../../core/changes.ts'
import type { Destination, OutboundPayload, Sent } from '../../core/destination.ts'
import type { BusRecord, BusSubscription, EventBus } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import type { RecordReader } from '../../core/record.ts'
import { resourceOf } from './heed.ts'
import type { Outbox, OutboxItem } from './outbox.ts'
import { Sender, type SenderDeps } from './sender.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface DeliveryDeps {
  bus: EventBus
  outbox: Outbox
  /** Destinations of the configuration (HL7 v2, DICOM ...). */
  fixed: Destination[]
  subscriptions: Subscriptions
  reader(): RecordReader
  later: SenderDeps['later']
  outbound(): boolean
  log: Logger
  /** Told of every outcome, after it is durable: makes Communications and channel states. */
  onOutcome(item: OutboxItem, sent: Sent): Promise<void>
}

/** Reads the events, fills the outbox, and keeps one sender running for each destination. */
export function createDelivery(deps: DeliveryDeps) {
  const senders = new Map<string, Sender>()
  const running: BusSubscription[] = []

  const senderFor = (destination: Destination): Sender => {
    const known = senders.get(destination.name)
    if (known) return known
    const { outbox, reader, log, later, outbound, onOutcome } = deps
    const sender = new Sender(destination, { outbox, reader, log, later, outbound, onOutcome })
    senders.set(destination.name, sender)
    return sender
  }

  const destinationsFor = async (instant: string): Promise<Destination[]> => [
    ...deps.fixed,
    ...(await deps.subscriptions.destinations(instant))
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
    for (const destination of wanted) senderFor(destination).wake()
  }

  const onSubscription = async (event: ChangeEvent): Promise<void> => {
    if (event.cause.kind === 'delivery') return
    // Its channel may have changed: the next item gets a new sender.
    await senders.get(`subscription/${event.id}`)?.stop()
    senders.delete(`subscription/${event.id}`)
    if (event.interaction !== 'delete') await deps.subscriptions.note(event.id, { kind: 'created' })
    deps.subscriptions.forget()
    for (const destination of await destinationsFor(event.at)) senderFor(destination).wake()
  }

  return {
    async start(): Promise<void> {
      await deps.outbox.define()
      for (const topic of ['events.recorded', 'events.resulted']) {
        running.push(await deps.bus.subscribe(topic, 'deliver', handle, { retryForever: true }))
      }
      for (const destination of await destinationsFor(new Date().toISOString())) senderFor(destination).wake()
    },
    /** Puts a ready payload in a destination's queue (an ORL in enhanced mode). The same id twice is one item. */
    async enqueue(destination: string, payload: OutboundPayload, about: string): Promise<void> {
      await deps.outbox.add([{ destination, itemId: payload.id, resource: about, versionId: '', payload }])
      const known = deps.fixed.find(({ name }) => name === destination)
      if (known) senderFor(known).wake()
    },
    /** Tries a destination at once: a client bound its socket, a person pressed retry, outbound was switched on. */
    wake(name?: string): void {
      for (const [key, sender] of senders) if (!name || key === name) sender.wake({ now: true })
    },
    failing: (): { destination: string; failures: number }[] =>
      [...senders].filter(([, s]) => s.failures > 0).map(([destination, s]) => ({ destination, failures: s.failures })),
    async stop(): Promise<void> {
      for (const subscription of running) await subscription.stop()
      await Promise.all([...senders.values()].map((sender) => sender.stop()))
    }
  }
}

export type Delivery = ReturnType<typeof createDelivery>
