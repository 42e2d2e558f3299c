import type { Resource, Subscription } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Destination, Sent } from '../../core/destination.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { RecordReader } from '../../core/record.ts'
import { isNews as isNewsTo, versionOf } from './heed.ts'
import type { Outbox } from './outbox.ts'
import { restHook } from './rest-hook.ts'
import { type CriteriaMatcher, isLive } from './subscription-check.ts'
import type { SocketHub } from './web-socket.ts'

type Stored = Subscription & { id: string }

export interface SubscriptionDeps {
  store: FhirStore
  outbox: Outbox
  matcher: CriteriaMatcher
  sockets: SocketHub
  allowedHosts: readonly string[]
  clock: () => Date
  /** By how much the clocks of processes on one store may differ. Default 0: there is one process. */
  skewMs?: number
  /** Results of a module in shadow mode reach nobody (rules section 9). */
  mayLeave(resource: Resource): boolean
}

export const subscriptionName = (id: string): string => `subscription/${id}`

/** The Subscriptions of the FHIR store as destinations. */
export function createSubscriptions(deps: SubscriptionDeps) {
  const { store } = deps
  const { skewMs = 0 } = deps
  let live = new Map<string, { subscription: Stored; destination: Destination }>()
  /** Versions that `live` was made from, of any status. */
  let seen = new Map<string, string | undefined>()
  /** Every Subscription stamped before this instant, less what clocks may differ, is in `live`; undefined: none is. */
  let loadedAt: Date | undefined

  /** The list must be as new as the event it judges, or an event right after a Subscription would be missed. */
  const upTo = async (instant: string): Promise<void> => {
    if (loadedAt && Date.parse(instant) <= loadedAt.getTime() - skewMs) return
    const now = deps.clock()
    if (!loadedAt || (await isNews(new Date(loadedAt.getTime() - skewMs)))) await reload()
    loadedAt = now
  }

  const isNews = async (since: Date): Promise<boolean> => {
    const changed = await store.search<Stored>(`Subscription?_lastUpdated=ge${since.toISOString()}&_count=100`)
    return changed.some(({ id, meta }) => seen.get(id) !== meta?.versionId)
  }

  const reload = async (): Promise<void> => {
    const all = await store.search<Stored>('Subscription?status=requested,active,error&_count=1000')
    seen = new Map(all.map(({ id, meta }) => [id, meta?.versionId]))
    // What stays as it was keeps its destination, and with it the sender and its back-off.
    live = new Map(
      all
        .filter((s) => isLive(s, deps.clock()))
        .map((subscription) => {
          const known = live.get(subscription.id)
          const destination =
            known && isSame(known.subscription, subscription) ? known.destination : destinationFor(subscription)
          return [subscription.id, { subscription, destination }]
        })
    )
  }

  const destinationFor = (subscription: Stored): Destination => {
    const name = subscriptionName(subscription.id)
    const channel =
      subscription.channel.type === 'websocket'
        ? deps.sockets.destination(subscription.id, name)
        : restHook(subscription, name, deps.allowedHosts)
    return { ...channel, wants: (event, record) => wants(subscription, event, record) }
  }

  const wants = async (subscription: Stored, event: ChangeEvent, reader: RecordReader): Promise<boolean> => {
    if (event.resourceType !== subscription.criteria.split('?')[0] || event.interaction === 'delete') return false
    const since = await createdAt(store, subscription)
    if (event.at < since) return false
    const version = await reader.read<Resource>(versionOf(event))
    if (!version || !deps.mayLeave(version)) return false
    const matches = deps.matcher.matches(subscription.criteria, version)
    return isNewsTo({
      event,
      version,
      destination: subscriptionName(subscription.id),
      matches,
      outbox: deps.outbox,
      reader
    })
  }

  return {
    /** Those that can concern an event of that instant. */
    async destinations(instant: string): Promise<Destination[]> {
      await upTo(instant)
      return [...live.values()].map(({ destination }) => destination)
    },
    async canBind(id: string): Promise<boolean> {
      const subscription = await store.read<Stored>('Subscription', id)
      return subscription?.channel.type === 'websocket' && isLive(subscription, deps.clock())
    },
    /** Makes the state of the channel visible: requested -> active, error with its code while failing, active again after. */
    async note(id: string, sent: Sent | { kind: 'created' }): Promise<void> {
      const subscription = await store.read<Stored>('Subscription', id)
      if (!subscription || subscription.status === 'off') return
      const failing = sent.kind === 'retry' && sent.code !== 'NOBODY_BOUND'
      const { error: _error, ...rest } = subscription
      const next: Stored = failing ? { ...rest, status: 'error', error: sent.code } : { ...rest, status: 'active' }
      if (next.status === subscription.status && next.error === subscription.error) return
      await store
        .write([{ resource: next, ifMatch: subscription.meta?.versionId }], { kind: 'delivery' })
        .catch((cause) => {
          // Somebody changed the Subscription at the same moment; the next outcome notes it again.
          if (asAppError(cause).code !== 'FHIR_VERSION_CONFLICT') throw cause
        })
    },
    /** How many there are in each state. */
    async states(): Promise<Record<string, number>> {
      const states: Record<string, number> = { requested: 0, active: 0, error: 0, off: 0 }
      for (const { status } of await store.search<Stored>('Subscription?_count=1000'))
        states[status] = (states[status] ?? 0) + 1
      return states
    },
    /** A Subscription changed or went. */
    forget(): void {
      loadedAt = undefined
    }
  }
}

/** All that a sender and the criteria depend on; the status is ours to change. */
const isSame = (a: Stored, b: Stored): boolean =>
  a.criteria === b.criteria && JSON.stringify(a.channel) === JSON.stringify(b.channel)

export type Subscriptions = ReturnType<typeof createSubscriptions>

const firstSeen = new WeakMap<object, Map<string, string>>()

/** When the Subscription was first written; it hears of nothing earlier. */
async function createdAt(store: FhirStore, subscription: Stored): Promise<string> {
  const known = firstSeen.get(store) ?? new Map<string, string>()
  firstSeen.set(store, known)
  const cached = known.get(subscription.id)
  if (cached) return cached
  const first = await store.readVersion<Stored>('Subscription', subscription.id, '1')
  const at = first?.meta?.lastUpdated ?? subscription.meta?.lastUpdated ?? ''
  known.set(subscription.id, at)
  return at
}
