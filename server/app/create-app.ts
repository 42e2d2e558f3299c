import type { Resource, RiskAssessment, Subscription } from '@medplum/fhirtypes'
import { type Clock, systemClock } from '../../core/clock.ts'
import { ulidFactory } from '../../core/ids.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { Logger } from '../../core/log.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import { createRuntime } from '../../inference/runtime/runtime.ts'
import { authenticatorOf } from '../access/authenticate.ts'
import { createAlerts } from '../alerts/alerts.ts'
import type { Config, ModuleMode } from '../config/schema.ts'
import { noteDelivery } from '../delivery/communication.ts'
import { createDelivery } from '../delivery/deliver.ts'
import { hl7Destination } from '../delivery/hl7-destination.ts'
import { createOutbox } from '../delivery/outbox.ts'
import { checkSubscription } from '../delivery/subscription-check.ts'
import { createSubscriptions, subscriptionName } from '../delivery/subscriptions.ts'
import { createSocketHub } from '../delivery/web-socket.ts'
import { createRecordReader } from '../inference/record-reader.ts'
import { createInferenceStep } from '../inference/step.ts'
import { hasTag, TAG } from '../record/marks.ts'
import { decodeWaveformBlob } from '../record/waveform-blob.ts'
import { compileCriteria, matches } from '../store/index.ts'
import { loadModule } from './discover.ts'
import { createFeeds, type RunningFeed } from './feeds.ts'
import { createHttpServer, SOCKET_PATH } from './http-server.ts'
import { createPipeline } from './pipeline.ts'
import { readinessOf } from './readiness.ts'
import { createStorage } from './storage.ts'

export interface RunningApp {
  http: string
  feeds: RunningFeed[]
}

/**
 * The composition root: every part made once and handed what it needs. `start` brings them up from the store outwards,
 * `stop` takes them down from the sockets inwards, so that what was acknowledged is finished or lies on the bus.
 */
export async function createApp(config: Config, { log, clock = systemClock }: { log: Logger; clock?: Clock }) {
  const now = () => clock.now()
  const storage = await createStorage(config, clock, log)
  const { store, bus, blobs } = storage
  const outbound = { on: config.outbound }
  const readWaveform = async (sha256: string) => decodeWaveformBlob(await blobs.get(sha256))
  const reader = () => createRecordReader(store, readWaveform)

  const enabled = Object.entries(config.modules).filter(([, { mode }]) => mode !== 'off')
  const modules = await Promise.all(
    enabled.map(async ([id, module]) => ({ id, config: module, ...(await loadModule(id)) }))
  )
  const runtime = createRuntime({
    modules: modules.map(({ id, url }) => ({ id, url })),
    ...(config.models.root ? { siteRoot: config.models.root } : {}),
    choices: Object.fromEntries(
      modules.flatMap(({ module, config: { model } }) =>
        model ? module.manifest.models.map((role) => [role, model]) : []
      )
    ),
    ...(config.inference.workers ? { workers: config.inference.workers } : {}),
    maxQueued: config.inference.queue,
    log
  })

  const outbox = createOutbox(
    store.sql,
    now,
    ulidFactory(() => clock.now().getTime())
  )
  const authenticator = authenticatorOf(config, { log, now })
  const sockets = createSocketHub({
    path: SOCKET_PATH,
    log,
    canBind: (id) => subscriptions.canBind(id),
    onBound: (id) => delivery.wake(subscriptionName(id)),
    admit: (request, socket) => http.gate.upgrade(request, socket) !== undefined,
    mayStay: (request) => authenticator.identify(request)?.may('stream') === true
  })
  const matcher = { compile: (criteria: string) => void compileCriteria(criteria), matches }
  const subscriptions = createSubscriptions({
    store,
    outbox,
    matcher,
    sockets,
    mayLeave,
    clock: now,
    allowedHosts: config.subscriptions.allowedHosts
  })
  const fixed = config.destinations.map((destination) => {
    const feeds = config.feeds.filter(({ replyTo }) => replyTo === destination.name)
    return hl7Destination({
      config: destination,
      feeds: feeds.map(({ name }) => name),
      zone: feeds[0]?.zone ?? 'UTC',
      mayLeave
    })
  })
  const delivery = createDelivery({
    bus,
    outbox,
    fixed,
    subscriptions,
    reader,
    log,
    outbound: () => outbound.on,
    later(ms, work) {
      const timer = setTimeout(work, ms)
      timer.unref()
      return () => clearTimeout(timer)
    },
    async onOutcome(item, sent) {
      const id = /^subscription\/(.+)$/.exec(item.destination)?.[1]
      if (id) await subscriptions.note(id, sent)
      if (sent.kind === 'delivered') await noteDelivery(store, item, now())
    }
  })
  const pipeline = await createPipeline({ config, storage, clock, log, enqueue: delivery.enqueue })
  const feeds = await createFeeds(config, pipeline, log)

  let started = false
  let stopping = false
  const http = createHttpServer({
    config,
    log,
    fhir: {
      store,
      log,
      bodyLimitBytes: config.http.maxBodyBytes,
      checks: [(resource: Resource) => checkSubscription(resource, matcher, now(), config.subscriptions.allowedHosts)],
      notes: [
        'A Subscription hears of a later corrected, entered-in-error or cancelled version of what it was sent, even when its criteria no longer match.',
        'Subscription channels: rest-hook (payload none or full resource) and websocket at /fhir/R4/ws.'
      ]
    },
    admin: { bus, store, pipeline, outbox, delivery, outbound },
    drops: feeds.drops,
    authenticator,
    readiness: () => readinessOf({ store, runtime, started, stopping })
  })
  sockets.attach(http.server)

  /** Filled at start, when it is known which model file serves each role. */
  const modes = new Map<string, ModuleMode>()
  let inference: ReturnType<typeof createInferenceStep> | undefined
  let alerts: ReturnType<typeof createAlerts> | undefined

  return {
    config,
    store,
    bus,
    blobs,
    outbox,
    runtime,
    pipeline,
    delivery,
    /** Every HTTP route with its access. */
    routes: http.routes,
    async start(): Promise<RunningApp> {
      await store.start()
      store.warmUp()
      await bus.start()
      await runtime.start()
      for (const { id, module, config: wanted } of modules) modes.set(id, effectiveMode(module, wanted, id))
      inference = createInferenceStep({
        bus,
        store,
        readWaveform,
        runtime,
        clock,
        log,
        modules: modules.map(({ module }) => module),
        policies: Object.fromEntries(modules.map(({ id, config: { policy } }) => [id, policy])),
        modes: Object.fromEntries(modes),
        timers: pipeline.timers
      })
      alerts = createAlerts({
        bus,
        store,
        reader,
        clock: now,
        timers: pipeline.timers,
        alerts: config.alerts,
        modules: modules.map(({ id, module, config: { policy } }) => ({
          module,
          policy,
          mode: () => modes.get(id) ?? 'off'
        })),
        moduleOf: (result) => result.method?.coding?.find(({ code }) => modes.has(code ?? ''))?.code,
        mayAlert: (result) => mayLeave(result) && !hasTag(result, HIS.late) && !hasTag(result, TAG.replayed)
      })
      await pipeline.start()
      await inference.start()
      await alerts.start()
      await delivery.start()
      const running = await feeds.start()
      const address = await http.listen()
      started = true
      return { http: address, feeds: running }
    },
    async stop(): Promise<void> {
      stopping = true
      await feeds.stop()
      await http.close()
      sockets.stop()
      await inference?.stop()
      await alerts?.stop()
      await delivery.stop()
      await pipeline.stop()
      await runtime.stop()
      await bus.stop()
      await store.stop()
    }
  }

  /** Advisory only for the very model that was approved; a new one falls back to shadow (rules section 9). */
  function effectiveMode(
    module: InferenceModule,
    { mode, approval }: Config['modules'][string],
    id: string
  ): ModuleMode {
    if (mode !== 'advisory') return mode
    const approved = module.manifest.models.every((role) => {
      try {
        return runtime.model(role).manifest.sha256 === approval?.modelSha256
      } catch {
        return false
      }
    })
    if (!approved)
      log.warn({ module: id, mode: 'shadow' }, 'the model is not the one that was approved: the module runs in shadow')
    return approved ? 'advisory' : 'shadow'
  }
}

/** A result of a module in shadow mode leaves for nobody (rules section 9). */
function mayLeave(resource: Resource | RiskAssessment | Subscription): boolean {
  return !hasTag(resource, HIS.shadow)
}

export type App = Awaited<ReturnType<typeof createApp>>
