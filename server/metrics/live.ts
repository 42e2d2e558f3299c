import { Histogram, type Registry } from 'prom-client'
import type { LiveMeter } from '../../core/live-ecg.ts'
import { sampledCounter, sampledGauge, tally } from './instruments.ts'

const ANSWER_BUCKETS = [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Live leads: who is there, what comes and what is missing of it, what was cut and how soon it was answered. */
export function liveMetrics(registry: Registry): LiveMeter {
  let open = 0
  const opened = tally(registry, {
    name: 'hisbundle_live_sessions_total',
    help: 'Live sessions begun; one that is resumed counts once.',
    labelNames: []
  })
  const gap = tally(registry, {
    name: 'hisbundle_live_gaps_total',
    help: 'Gaps in live signal: declared by the device, detected by the numbers, missing sample by sample.',
    labelNames: ['cause']
  })
  const refused = tally(registry, {
    name: 'hisbundle_live_refused_total',
    help: 'Live connections and strips that were refused or cut off, by code.',
    labelNames: ['code']
  })
  const strip = tally(registry, {
    name: 'hisbundle_live_strips_total',
    help: 'Strips of live signal that are durable, by their length in seconds.',
    labelNames: ['seconds']
  })
  const answered = new Histogram({
    name: 'hisbundle_live_answer_seconds',
    help: "From the last sample of a strip to a module's first answer on its socket.",
    labelNames: ['module'],
    buckets: ANSWER_BUCKETS,
    registers: [registry]
  })
  let samples = 0
  sampledGauge(registry, {
    name: 'hisbundle_live_sessions',
    help: 'Live sessions that are kept now, those among them that may still be resumed.',
    read: () => [{ value: open }]
  })
  sampledCounter(registry, {
    name: 'hisbundle_live_samples_total',
    help: 'Samples (of a strap: intervals) that were taken.',
    read: () => [{ value: samples }]
  })
  return {
    opened() {
      open++
      opened()
    },
    closed() {
      open--
    },
    samples(count) {
      samples += count
    },
    gap,
    refused,
    strip: (seconds) => strip(String(seconds)),
    answered: (module, seconds) => answered.observe({ module }, seconds)
  }
}
