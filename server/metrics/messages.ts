import { Histogram, type Registry } from 'prom-client'
import type { MessageMeter } from '../pipeline/meter.ts'
import { known, tally } from './instruments.ts'

/** Seconds between acquisition and receipt: a live feed, a cart docked in the evening, an upload the next day, a wrong clock. */
const DELAY_BUCKETS = [-3600, -300, -60, -5, 0, 5, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800]
const ACK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export interface ReceiptMetrics extends MessageMeter {
  /** From the last byte of an arrival to the moment its acknowledgement may go out, refusals included. */
  answered(transport: string, seconds: number): void
}

/** What comes in: per feed and family; how long a sender waits; how late recordings are. */
export function messageMetrics(registry: Registry, feeds: readonly string[]): ReceiptMetrics {
  const registers = [registry]
  const labelNames = ['feed', 'family'] as const
  const received = tally(registry, {
    name: 'hisbundle_messages_received_total',
    help: 'Messages durable on the bus, children of other messages included.',
    labelNames
  })
  const duplicates = tally(registry, {
    name: 'hisbundle_messages_duplicate_total',
    help: 'Identical messages that came again and were answered without a second effect.',
    labelNames
  })
  const turnedAway = tally(registry, {
    name: 'hisbundle_messages_turned_away_total',
    help: 'Messages not taken for now; the sender was told to try again. By code.',
    labelNames: ['feed', 'family', 'code']
  })
  const ended = tally(registry, {
    name: 'hisbundle_messages_ended_total',
    help: 'Where messages ended: recorded, ignored, refused, parked; by code where there is one.',
    labelNames: ['feed', 'family', 'state', 'code']
  })
  const acquired = new Histogram({
    name: 'hisbundle_receipt_minus_acquisition_seconds',
    help: 'Receipt minus acquisition of recordings; negative when the clock of the source is ahead.',
    labelNames,
    buckets: DELAY_BUCKETS,
    registers
  })
  const answered = new Histogram({
    name: 'hisbundle_receive_to_ack_seconds',
    help: 'From the last byte of a message to the moment its acknowledgement may go out.',
    labelNames: ['transport'],
    buckets: ACK_BUCKETS,
    registers
  })
  const feedOf = known(feeds)
  return {
    received: ({ feed, family }) => received(feedOf(feed), family),
    duplicate: ({ feed, family }) => duplicates(feedOf(feed), family),
    turnedAway: ({ feed, family }, code) => turnedAway(feedOf(feed), family, code),
    ended: ({ feed, family }, state, code = '') => ended(feedOf(feed), family, state, code),
    acquired: ({ feed, family }, seconds) => acquired.observe({ feed: feedOf(feed), family }, seconds),
    answered: (transport, seconds) => answered.observe({ transport }, seconds)
  }
}
