import type { Registry } from 'prom-client'
import type { EventBus } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import type { Sql } from '../../core/sql.ts'
import type { PipelineCounters } from '../pipeline/counters.ts'
import { destinationLabel, SUBSCRIPTIONS } from './delivery.ts'
import { known, type Sample, sampledCounter, sampledGauge, sharedRead } from './instruments.ts'

/** What stands in the parts and is looked up when the page is asked for. */
export interface StateSources {
  sql: Sql
  bus: EventBus
  /** Every topic that a group of this program reads. */
  groups: readonly { topic: string; group: string }[]
  feeds: readonly string[]
  destinations: readonly string[]
  counters: Readonly<PipelineCounters>
  subscriptionStates(): Promise<Record<string, number>>
  outbound(): boolean
  ready(): Promise<boolean>
  clock: () => Date
  log: Logger
}

interface Waiting {
  destination: string
  state: string
  n: number
  oldest: string
}

/** Depths, ages, lags and switches. Nothing here costs anything between two scrapes. */
export function stateMetrics(registry: Registry, sources: StateSources): void {
  const { sql, bus, groups, counters, clock } = sources
  outboxMetrics(registry, sources)
  sampledGauge(registry, {
    name: 'hisbundle_lag',
    help: 'Records of a topic that a consumer group has still to handle.',
    labelNames: ['topic', 'group'],
    read: () =>
      Promise.all(
        groups.map(async ({ topic, group }) => ({ labels: { topic, group }, value: await bus.lag(topic, group) }))
      )
  })
  const feedOf = known(sources.feeds)
  sampledGauge(registry, {
    name: 'hisbundle_parked',
    help: 'Messages parked now, by feed, family and code.',
    labelNames: ['feed', 'family', 'code'],
    async read() {
      const rows = await sql.all<{ feed: string; family: string; code: string | null; n: number }>(
        "SELECT feed, family, code, COUNT(*) AS n FROM messages WHERE state = 'parked' GROUP BY feed, family, code"
      )
      return summed(
        rows.map(({ feed, family, code, n }) => ({
          labels: { feed: feedOf(feed), family, code: code ?? '' },
          value: Number(n)
        }))
      )
    }
  })
  sampledGauge(registry, {
    name: 'hisbundle_unsettled',
    help: 'Messages received and not yet recorded, ignored or parked.',
    async read() {
      const [row] = await sql.all<{ n: number }>("SELECT COUNT(*) AS n FROM messages WHERE state = 'received'")
      return [{ value: Number(row?.n ?? 0) }]
    }
  })
  sampledGauge(registry, {
    name: 'hisbundle_timers_overdue_seconds',
    help: 'How long the oldest due timer has waited to fire.',
    async read() {
      const [row] = await sql.all<{ due: number | null }>('SELECT MIN(due) AS due FROM timers')
      return [{ value: row?.due == null ? 0 : Math.max(0, (clock().getTime() - Number(row.due)) / 1000) }]
    }
  })
  sampledGauge(registry, {
    name: 'hisbundle_subscriptions',
    help: 'Subscriptions by status.',
    labelNames: ['status'],
    read: async () =>
      Object.entries(await sources.subscriptionStates()).map(([status, value]) => ({ labels: { status }, value }))
  })
  sampledGauge(registry, {
    name: 'hisbundle_outbound_enabled',
    help: '1 while results and answers may leave, 0 while the site has stopped all outbound.',
    read: () => [{ value: sources.outbound() ? 1 : 0 }]
  })
  sampledGauge(registry, {
    name: 'hisbundle_ready',
    help: '1 while /readyz says yes.',
    read: async () => [{ value: (await sources.ready()) ? 1 : 0 }]
  })
  sampledCounter(registry, {
    name: 'hisbundle_log_fields_dropped_total',
    help: 'Fields that were handed to the log and are not on its list; they reached no line.',
    read: () => [{ value: sources.log.droppedFields?.() ?? 0 }]
  })
  for (const [name, help, value] of TOTALS)
    sampledCounter(registry, { name, help, read: () => [{ value: value(counters) }] })
}

const TOTALS: readonly [name: string, help: string, value: (counters: Readonly<PipelineCounters>) => number][] = [
  ['hisbundle_received_bytes_total', 'Bytes of accepted messages.', ({ acceptedBytes }) => acceptedBytes],
  ['hisbundle_content_changed_total', 'Messages whose id came before with other content.', (c) => c.contentChanged],
  ['hisbundle_decode_timeouts_total', 'Decodings that were ended for their time.', (c) => c.decodeTimeouts],
  ['hisbundle_decode_deaths_total', 'Decode workers that died, of memory or a defect.', (c) => c.decodeDeaths],
  ['hisbundle_series_total', 'Image series emitted, new versions included.', (c) => c.seriesEmitted],
  ['hisbundle_timers_fired_total', 'Durable timers that fired.', (c) => c.timersFired],
  ['hisbundle_events_relayed_total', 'Change events put on the bus.', (c) => c.relayed]
]

function outboxMetrics(registry: Registry, { sql, destinations, clock }: StateSources): void {
  // What was delivered stays for a while and is many rows: only what is open is counted, over the index of the queue.
  const open = sharedRead(() =>
    sql.all<Waiting>(
      `SELECT destination, state, COUNT(*) AS n, MIN(created_at) AS oldest FROM outbox
       WHERE state IN ('waiting', 'parked') GROUP BY destination, state`
    )
  )
  const label = known([...destinations, SUBSCRIPTIONS])
  const labels = ({ destination, state }: Waiting) => ({ destination: label(destinationLabel(destination)), state })
  /** A configured destination with an empty queue says 0; absent would look like a scrape that failed. */
  const nothing: Sample[] = [...destinations, SUBSCRIPTIONS].map((destination) => ({
    labels: { destination, state: 'waiting' },
    value: 0
  }))
  sampledGauge(registry, {
    name: 'hisbundle_outbox',
    help: 'Items of the outbox that wait or are parked, by destination.',
    labelNames: ['destination', 'state'],
    read: async () =>
      summed([...nothing, ...(await open()).map((row) => ({ labels: labels(row), value: Number(row.n) }))])
  })
  sampledGauge(registry, {
    name: 'hisbundle_outbox_oldest_seconds',
    help: 'Age of the oldest item that waits for a destination.',
    labelNames: ['destination'],
    async read() {
      const ages = new Map<string, number>(nothing.map(({ labels }) => [labels!.destination!, 0]))
      for (const row of (await open()).filter(({ state }) => state === 'waiting')) {
        const { destination } = labels(row)
        const age = Math.max(0, (clock().getTime() - Date.parse(row.oldest)) / 1000)
        ages.set(destination, Math.max(ages.get(destination) ?? 0, age))
      }
      return [...ages].map(([destination, value]) => ({ labels: { destination }, value }))
    }
  })
}

/** Samples whose labels became equal are one. */
function summed(samples: readonly Sample[]): Sample[] {
  const sums = new Map<string, Sample>()
  for (const { labels, value } of samples) {
    const key = JSON.stringify(Object.entries(labels ?? {}).sort())
    sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value })
  }
  return [...sums.values()]
}
