import type { ChangeEvent } from '../../core/changes.ts'
import type { Clock } from '../../core/clock.ts'
import type { BusRecord, BusSubscription, EventBus, ParkedRecord } from '../../core/event-bus.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import type { RecordReader } from '../../core/record.ts'
import { TIMER_KIND, type Timers } from '../../core/timers.ts'
import type { RegistryOptions } from '../../inference/runtime/registry.ts'
import type { LoopConfig } from '../config/sections/loop.ts'
import { type CheckReport, check } from './check.ts'
import { createComputer } from './compute/computer.ts'
import { createModelFolders } from './model-folders.ts'
import { createPerformance } from './performance.ts'
import { createProjection } from './project.ts'
import { rebuild } from './rebuild.ts'
import { createRecalibration } from './recalibration.ts'
import { createSnapshot } from './snapshot.ts'
import type { LoopSource } from './source.ts'
import { defineLoopTables } from './tables.ts'

/** Consumer group that keeps the closed loop. */
export const LOOP_GROUP = 'loop'
const TOPICS = ['events.recorded', 'events.resulted'] as const
const CHECK_TIMER = 'loop|check'
const WEEK_MS = 7 * 24 * 3_600_000
/** Monday 04:00 UTC, counted from 1970 (a Thursday). */
const FIRST_CHECK_MS = 4 * 24 * 3_600_000 + 4 * 3_600_000

export interface LoopDeps {
  bus: Pick<EventBus, 'subscribe'>
  store: FhirStore
  sources: readonly LoopSource[]
  reader(): RecordReader
  timers: Timers & { has(key: string): Promise<boolean> }
  clock: Clock
  log: Logger
  config: LoopConfig
  /** Who gets the Tasks where `config.owner` says nobody. */
  fallbackOwner: string
  modelPlaces: RegistryOptions & { siteRoot: string }
}

/** The closed loop as a part of the server: follows both streams of changes and wakes once a week. */
export function createLoop(deps: LoopDeps) {
  const { bus, store, sources, timers, clock, log, config, modelPlaces } = deps
  const projection = createProjection(deps)
  const computer = createComputer()
  const performance = createPerformance({ store, sources, computer })
  const snapshot = createSnapshot(sources, performance, () => globalThis.performance.now())
  const { folderOf, referenceOf, forget } = createModelFolders(modelPlaces)
  const recalibration = createRecalibration({
    sql: store.sql,
    computer,
    folderOf,
    siteRoot: modelPlaces.siteRoot,
    clock
  })
  const subscriptions: BusSubscription[] = []

  const onRecord = async (record: BusRecord): Promise<void> => {
    const text = new TextDecoder().decode(record.value)
    if (record.headers.kind !== TIMER_KIND) return projection.handle(JSON.parse(text) as ChangeEvent)
    // Timers of other steps lie on the same topics, with bodies of their own.
    if (!text.startsWith('{') || (JSON.parse(text) as { loop?: string }).loop !== 'check') return
    await look()
    await setTimer()
  }

  /** Of looks asked for at once there is one, so that no two open the same Task. */
  const look = (): Promise<CheckReport> =>
    store.lock(['loop|check'], async () => {
      const { fallbackOwner } = deps
      const report = await check({ store, sources, computer, config, fallbackOwner, referenceOf, clock, log })
      snapshot.noteCheck(report)
      return report
    })

  const setTimer = (): Promise<void> =>
    timers.at(CHECK_TIMER, nextCheck(clock.now()), 'events.resulted', {
      key: LOOP_GROUP,
      value: new TextEncoder().encode(JSON.stringify({ loop: 'check' })),
      headers: { kind: TIMER_KIND }
    })

  const onParked = ({ group, error, tries }: ParkedRecord): void =>
    log.error({ group, code: error.code, reason: error.reason, tries }, 'event parked')

  return {
    define: () => defineLoopTables(store.sql),
    async start(): Promise<void> {
      if (!(await timers.has(CHECK_TIMER))) await setTimer()
      for (const topic of TOPICS) subscriptions.push(await bus.subscribe(topic, LOOP_GROUP, onRecord, { onParked }))
    },
    async stop(): Promise<void> {
      // First, so that a look under way ends.
      await computer.stop()
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()))
    },
    /** One committed change, as the consumer does it. */
    handle: projection.handle,
    /** Makes all rows anew from the FHIR record. */
    rebuild: () => rebuild(store, sources, projection),
    /** Looks for drift and gaps now. */
    check: look,
    /** The worker that makes figures. */
    computer,
    performance,
    snapshot,
    recalibration,
    /** Other folders may serve by now. */
    forgetModels: forget
  }
}

export type Loop = ReturnType<typeof createLoop>

/** The next Monday, 04:00 UTC, after an instant. */
export const nextCheck = (now: Date): Date =>
  new Date(FIRST_CHECK_MS + (Math.floor((now.getTime() - FIRST_CHECK_MS) / WEEK_MS) + 1) * WEEK_MS)
