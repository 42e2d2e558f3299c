import type { EventBus } from '../../core/event-bus.ts'

/** Longest wait; then the next message comes all the same. */
const PATIENCE_MS = 15_000
const LOOK_EVERY_MS = 15
/** An event may lie between two topics at one look, and at the next. */
const QUIET_LOOKS = 3

/** Returns when nothing that was sent is on its way any more: through ingest, the modules, alerts or delivery. */
export async function workedOff({ lag }: Pick<EventBus, 'lag'>, modules: readonly string[]): Promise<void> {
  const lanes: [topic: string, group: string][] = [
    ['inbound.hl7v2', 'ingest'],
    ['inbound.dicom', 'ingest'],
    ...modules.map((id): [string, string] => ['events.recorded', `inference.${id}`]),
    ...['events.recorded', 'events.resulted'].flatMap((topic): [string, string][] => [
      [topic, 'alerts'],
      [topic, 'deliver']
    ])
  ]
  const until = performance.now() + PATIENCE_MS
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < until; ) {
    const waiting = await Promise.all(lanes.map(([topic, group]) => lag(topic, group)))
    quiet = waiting.every((records) => records === 0) ? quiet + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
