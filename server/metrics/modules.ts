import { Histogram, type Registry } from 'prom-client'
import type { ModuleMeter } from '../inference/meter.ts'
import { tally } from './instruments.ts'

const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** What each module was offered, said, refused and failed at, and how long it took. */
export function moduleMetrics(registry: Registry): ModuleMeter {
  const registers = [registry]
  const labelNames = ['module'] as const
  const offered = tally(registry, {
    name: 'hisbundle_module_events_total',
    help: 'Events of a kind the module listens to.',
    labelNames
  })
  const results = tally(registry, {
    name: 'hisbundle_module_results_total',
    help: 'Results with findings that were stored, new versions included.',
    labelNames
  })
  const refused = tally(registry, {
    name: 'hisbundle_module_refused_total',
    help: 'Results that say why there is no finding, by refusal code.',
    labelNames: ['module', 'code']
  })
  const failed = tally(registry, {
    name: 'hisbundle_module_failed_total',
    help: 'Events at which the module failed; they are offered again or parked. By error code.',
    labelNames: ['module', 'code']
  })
  const latency = new Histogram({
    name: 'hisbundle_module_latency_seconds',
    help: 'From the commit of the event to the commit of the result.',
    labelNames,
    buckets: LATENCY_BUCKETS,
    registers
  })
  const run = new Histogram({
    name: 'hisbundle_module_run_seconds',
    help: 'One run of the module, its wait for a worker included.',
    labelNames,
    buckets: LATENCY_BUCKETS,
    registers
  })
  return {
    offered,
    answered(module, { refusal, seconds }) {
      if (refusal === undefined) results(module)
      else refused(module, refusal)
      if (seconds !== undefined) latency.observe({ module }, seconds)
    },
    failed,
    ran: (module, seconds) => run.observe({ module }, seconds)
  }
}
