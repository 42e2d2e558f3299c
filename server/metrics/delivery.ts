import { Counter, Histogram, type Registry } from 'prom-client'
import type { Sent } from '../../core/destination.ts'
import { tally } from './instruments.ts'

const DELIVERY_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600]

/** All Subscriptions stand under one name: their ids come from clients. */
export const SUBSCRIPTIONS = 'subscriptions'

export const destinationLabel = (name: string): string => (name.startsWith('subscription/') ? SUBSCRIPTIONS : name)

export interface DeliveryMetrics {
  sent(destination: string, sent: Sent, secondsWaited: number): void
  /** A new alert; seconds since its recording was there, when it came straight from a new result. */
  alerted(seconds?: number): void
}

/** What goes out: attempts by outcome, how long an item waited, how long an alert took. */
export function deliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry]
  const attempts = tally(registry, {
    name: 'hisbundle_delivery_attempts_total',
    help: 'Attempts to deliver, by outcome (delivered, retry, refused) and code.',
    labelNames: ['destination', 'outcome', 'code']
  })
  const latency = new Histogram({
    name: 'hisbundle_delivery_seconds',
    help: 'From the moment an item was queued to the positive answer of its destination.',
    labelNames: ['destination'],
    buckets: DELIVERY_BUCKETS,
    registers
  })
  const alerts = new Counter({ name: 'hisbundle_alerts_total', help: 'Alert Tasks written.', registers })
  const alertLatency = new Histogram({
    name: 'hisbundle_alert_seconds',
    help: 'From the moment a recording was available to the commit of the alert it calls for.',
    buckets: DELIVERY_BUCKETS,
    registers
  })
  return {
    sent(name, sent, secondsWaited) {
      const destination = destinationLabel(name)
      attempts(destination, sent.kind, sent.kind === 'delivered' ? '' : sent.code)
      if (sent.kind === 'delivered') latency.observe({ destination }, Math.max(0, secondsWaited))
    },
    alerted(seconds) {
      alerts.inc()
      if (seconds !== undefined) alertLatency.observe(Math.max(0, seconds))
    }
  }
}
