import { Counter, Histogram, type Registry } from 'prom-client'
import type { MessageMeter } from '../pipeline/meter.ts'
import { known } from './instruments.ts'

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
  const labelNames = ['feed', 'family']
  const received = new Counter({
    name: 'hisbundle_messages_received_total',
    help: 'Messages durable on the bus, children of other messages included.',
    labelNames,
    registers
  })
  const duplicates = new Counter({
    name: 'hisbundle_messages_duplicate_total',
    help: 'Identical messages that came again and were answered without a second effect.',
    labelNames,
    registers
  })
  const turnedAway = new Counter({
    name: 'hisbundle_messages_turned_away_total',
    help: 'Messages not taken for now; the sender was told to try again. By code.',
    labelNames: [...labelNames, 'code'],
    registers
  })
  const ended = new Counter({
    name: 'hisbundle_messages_ended_total',
    help: 'Where messages ended: recorded, ignored, refused, parked; by code where there is one.',
    labelNames: [...labelNames, 'state', 'code'],
    registers
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
  const of = ({ feed, family }: { feed: string; family: string }) => ({ feed: feedOf(feed), family })
  return {
    received: (sender) => received.inc(of(sender)),
    duplicate: (sender) => duplicates.inc(of(sender)),
    turnedAway: (sender, code) => turnedAway.inc({ ...of(sender), code }),
    ended: (sender, state, code = '') => ended.inc({ ...of(sender), state, code }),
    acquired: (sender, seconds) => acquired.observe(of(sender), seconds),
    answered: (transport, seconds) => answered.observe({ transport }, seconds)
  }
}
