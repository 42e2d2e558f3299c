import { RECORDED_TOPIC, RESULTED_TOPIC } from '../pipeline/relay.ts'
import type { AdminDeps } from './admin.ts'

/** Prometheus text: counters of the pipeline, messages by state, what waits to go out, lag of each step. No label holds data of a person. */
export async function metricsText({ pipeline, outbox, bus }: AdminDeps): Promise<string> {
  const lines: string[] = []
  for (const [name, value] of Object.entries(pipeline.counters)) {
    lines.push(`hisbundle_pipeline_${snake(name)} ${value}`)
  }
  for (const [state, n] of Object.entries(await pipeline.story.counts()))
    lines.push(`hisbundle_messages{state="${state}"} ${n}`)
  for (const { destination, state, n } of await outbox.counts()) {
    lines.push(`hisbundle_outbox{destination="${destination.replace(/[^A-Za-z0-9/_.-]/g, '_')}",state="${state}"} ${n}`)
  }
  for (const topic of [RECORDED_TOPIC, RESULTED_TOPIC]) {
    for (const group of ['deliver', 'alerts'])
      lines.push(`hisbundle_lag{topic="${topic}",group="${group}"} ${await bus.lag(topic, group)}`)
  }
  lines.push(`hisbundle_rss_bytes ${process.memoryUsage.rss()}`)
  return `${lines.join('\n')}\n`
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
