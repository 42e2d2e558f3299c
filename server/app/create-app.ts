import type { Resource } from '@medplum/fhirtypes'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Lead } from '../../core/coordination.ts'
import type { Logger } from '../../core/log.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import { createRuntime, type InferenceRuntime, SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { authenticatorOf } from '../access/authenticate.ts'
import { createAlerts } from '../alerts/alerts.ts'
import { systemScheduler } from '../bus/scheduler.ts'
import type { Config } from '../config/schema.ts'
import type { Role } from '../config/sections/roles.ts'
import { noteDelivery } from '../delivery/communication.ts'
import { createDelivery } from '../delivery/deliver.ts'
import { fixedDestination } from '../delivery/fixed-destination.ts'
import { createOutbox } from '../delivery/outbox.ts'
import { createOutboxBell } from '../delivery/outbox-bell.ts'
import { checkSubscription } from '../delivery/subscription-check.ts'
import { createSubscriptions, subscriptionName } from '../delivery/subscriptions.ts'
import { createSocketHub } from '../delivery/web-socket.ts'
import { createRecordReader } from '../inference/record-reader.ts'
import { createInferenceStep, topicsOf } from '../inference/step.ts'
import { createLoop } from '../loop/loop.ts'
import { moduleSource } from '../loop/source.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createModelsInService } from '../models/in-service.ts'
import { createRetention } from '../operations/retention.ts'
import { whileLeading } from '../pipeline/leading.ts'
import { risingUlids } from '../pipeline/rising-ids.ts'
import { hasTag, TAG } from '../record/marks.ts'
import { decodeWaveformBlob } from '../record/waveform-blob.ts'
import { installedLoops } from '../scores/installed-loops.ts'
import { scoreSources } from '../scores/score-source.ts'
import { compileCriteria, matches } from '../store/index.ts'
import { createLiveDesk } from '../stream/desk.ts'
import { liveModules } from '../stream/live-modules.ts'
import { consumerGroups } from './consumer-groups.ts'
import { loadModule, runtimeModule } from './discover.ts'
import { createFeeds, type RunningFeed } from './feeds.ts'
import { createHttpServer, SOCKET_PATH } from './http-server.ts'
import { modelPlacesOf } from './model-places.ts'
import { createOutboundSwitch } from './outbound-switch.ts'
import { createPipeline } from './pipeline.ts'
import { type Readiness, readinessOf } from './readiness.ts'
import { createStorage, type Storage } from './storage.ts'

/** What the clocks of processes on one store may differ by; more is an operator's alarm. */
const CLOCKS_DIFFER_MS = 5000
const DAY_MS = 24 * 60 * 60_000

export interface RunningApp {
  http: string
  feeds: RunningFeed[]
}

/**
 * The composition root: every part made once and handed what it needs. `start` brings them up from the store outwards,
 * `stop` takes them down from the sockets inwards, so that what was acknowledged is finished or lies on the bus.
 */
export async function createApp(
  config: Config,
  options: {
    log: Logger
    clock?: Clock
    /** Already made: what several processes would share, for tests that split the roles inside one. */
    storage?: Storage
  }
) {
  const { log, clock = systemClock } = options
  const now = () => clock.now()
  const storage = options.storage ?? (await createStorage(config, clock, log))
  const { store, bus, blobs, settings } = storage
  const { coordination } = store
  const has = (...roles: Role[]): boolean => roles.some((role) => config.roles.includes(role))
  const outbound = createOutboundSwitch({ settings, coordination, configured: config.outbound })
  const metrics = createMetrics({ feeds: config.feeds.map(({ name }) => name), roles: config.roles })
  const readWaveform = async (sha256: string) => decodeWaveformBlob(await blobs.get(sha256))
  const reader = () => createRecordReader(store, readWaveform)

  const enabled = Object.entries(config.modules).filter(([, { mode }]) => mode !== 'off')
  // Their code is run by inference, asked by alerts what a result calls for, and by the closed loop what came true.
  const modules = await Promise.all(
    (has('inference', 'deliver', 'fhir') ? enabled : []).map(async ([id, module]) => ({
      id,
      config: module,
      ...(await loadModule(id))
    }))
  )
  for (const { module, config: own } of modules) module.checkPolicy?.(own.policy)
  const modelPlaces = modelPlacesOf(config, modules)
  const runtime = has('inference')
    ? createRuntime({
        modules: modules.map((each) => runtimeModule(each, each.config.policy)),
        // A module that is off costs neither memory nor time at start.
        roles: [...new Set(modules.flatMap(({ module }) => module.manifest.models))],
        ...modelPlaces,
        ...(config.inference.workers ? { workers: config.inference.workers } : {}),
        maxQueued: config.inference.queue,
        log
      })
    : undefined

  if (runtime) metrics.watchRuntime(() => runtime.stats())
  metrics.watchCommits({ store, bus })

  const positions = risingUlids(clock)
  const outbox = createOutbox(store.sql, now, positions.next)
  const authenticator = authenticatorOf(config, { log, now })
  const sockets = createSocketHub({
    path: SOCKET_PATH,
    log,
    canBind: (id) => subscriptions.canBind(id),
    onReach: (id) => void delivery.reachChanged(subscriptionName(id)),
    coordination,
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
    skewMs: config.store.kind === 'sqlite' ? 0 : CLOCKS_DIFFER_MS,
    allowedHosts: config.subscriptions.allowedHosts
  })
  const fixed = config.destinations.map((destination) =>
    fixedDestination(destination, { feeds: config.feeds, outbox, mayLeave })
  )
  const delivery = createDelivery({
    bus,
    outbox,
    coordination,
    fixed,
    subscriptions,
    reader,
    log,
    clock: now,
    outbound: () => outbound.on,
    later(ms, work) {
      const timer = setTimeout(work, ms)
      timer.unref()
      return () => clearTimeout(timer)
    },
    async onOutcome(item, sent) {
      metrics.delivery.sent(item.destination, sent, (now().getTime() - Date.parse(item.createdAt)) / 1000)
      const id = /^subscription\/(.+)$/.exec(item.destination)?.[1]
      if (id) await subscriptions.note(id, sent)
      if (sent.kind === 'delivered') await noteDelivery(store, item, now())
    }
  })
  const bell = createOutboxBell(coordination)
  const pipeline = await createPipeline({
    config,
    storage,
    clock,
    log,
    meter: metrics.messages,
    async enqueue(destination, payload, about) {
      await outbox.add([{ destination, itemId: payload.id, resource: about, versionId: '', payload }])
      bell.ring([destination])
    }
  })
  const live = createLiveDesk({
    storage,
    feeds: config.feeds,
    modules: has('edge') ? await liveModules(enabled.map(([id]) => id)) : [],
    outbound: () => outbound.on,
    log,
    meter: metrics.live
  })
  const feeds = await createFeeds(has('edge') ? config : { ...config, feeds: [] }, {
    pipeline,
    metrics,
    live,
    log
  })

  const retention = createRetention({
    config: config.retention,
    busKeepMs: config.bus.kafka?.retentionMs ?? config.retention.busDays * DAY_MS,
    sql: store.sql,
    bus,
    blobs,
    scratch: config.dataDir,
    clock,
    scheduler: systemScheduler,
    log
  })
  let retentionLead: Lead | undefined

  let started = false
  let stopping = false
  let asking: Promise<Readiness> | undefined
  /** Whoever asks meanwhile gets the same answer: anybody may ask, and each answer asks bus, store and blobs. */
  const readiness = (): Promise<Readiness> => {
    asking ??= readinessOf({
      ...storage,
      runtime,
      roles: config.roles,
      outbound: outbound.on,
      started,
      stopping
    }).finally(() => {
      asking = undefined
    })
    return asking
  }
  const sources = [
    ...modules.flatMap(({ module, config: { policy } }) => moduleSource(module, policy) ?? []),
    ...(has('inference', 'deliver', 'fhir') ? await scoreSources(config.scores, installedLoops(config.modules)) : [])
  ]
  const loop = createLoop({
    bus,
    store,
    sources,
    reader,
    timers: pipeline.timers,
    clock,
    log,
    config: config.loop,
    fallbackOwner: config.alerts.fallbackOwner,
    modelPlaces: { shippedRoot: SHIPPED_MODELS, ...modelPlaces }
  })
  const models = createModelsInService({
    modules,
    runtime,
    places: { shippedRoot: SHIPPED_MODELS, ...modelPlaces },
    coordination,
    store,
    fallbackOwner: config.alerts.fallbackOwner,
    clock: now,
    log,
    onSwap: loop.forgetModels
  })
  if (has('deliver')) metrics.watchLoop(loop.snapshot)
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
    admin: {
      bus,
      store,
      pipeline,
      outbox,
      bell,
      outbound,
      retention,
      models,
      log,
      loop: { sql: store.sql, sources, loop, secret: storage.secret, log },
      now
    },
    drops: feeds.drops,
    upgrades: feeds.upgrades,
    authenticator,
    metrics,
    readiness
  })
  const groups = consumerGroups(
    enabled.map(([id]) => ({
      id,
      topics: topicsOf(modules.find((module) => module.id === id)?.module.manifest ?? {})
    }))
  )
  metrics.watchState({
    sql: store.sql,
    bus,
    groups,
    feeds: config.feeds.map(({ name }) => name),
    destinations: config.destinations.map(({ name }) => name),
    counters: pipeline.counters,
    subscriptionStates: subscriptions.states,
    outbound: () => outbound.on,
    ready: async () => (await readiness()).ready,
    clock: now,
    log
  })
  if (has('deliver')) sockets.attach(http.server)

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
    metrics,
    models,
    /** Every (topic, group) that this program reads. */
    groups,
    /** Every HTTP route with its access. */
    routes: http.routes,
    async start(): Promise<RunningApp> {
      metrics.start()
      await storage.start()
      store.warmUp()
      await outbox.define()
      await loop.define()
      await positions.startAfter(store.sql, 'SELECT max(position) AS id FROM outbox')
      await outbound.start()
      outbound.onChange(delivery.wake)
      await runtime?.start()
      await models.start()
      await pipeline.start()
      if (has('ingest')) retentionLead = whileLeading(coordination, 'retention', retention)
      if (runtime) await startInference(runtime)
      if (has('deliver')) await startDelivery()
      const running = await feeds.start()
      const address = await http.listen()
      started = true
      return { http: address, feeds: running }
    },
    /** From the sockets inwards; a second half of what was taken lies on the bus for whoever goes on. */
    async stop(): Promise<void> {
      stopping = true
      await feeds.stop()
      live.stop()
      await http.close()
      sockets.stop()
      // An answer of another machine is not waited for: its event lies on the bus.
      await Promise.all([inference?.stop(), runtime?.stopOutside()])
      await alerts?.stop()
      await loop.stop()
      await delivery.stop()
      await retentionLead?.stop()
      await pipeline.stop()
      models.stop()
      await runtime?.stop()
      outbound.stop()
      await storage.stop()
      metrics.stop()
    }
  }

  async function startInference(runtime: InferenceRuntime): Promise<void> {
    inference = createInferenceStep({
      bus,
      store,
      readWaveform,
      runtime,
      clock,
      log,
      modules: modules.map(({ module }) => module),
      policies: Object.fromEntries(modules.map(({ id, config: { policy } }) => [id, policy])),
      modeOf: models.modeOf,
      timers: pipeline.timers,
      meter: metrics.modules,
      outbound: () => outbound.on
    })
    await inference.start()
  }

  async function startDelivery(): Promise<void> {
    alerts = createAlerts({
      bus,
      store,
      reader,
      clock: now,
      timers: pipeline.timers,
      alerts: config.alerts,
      modules: modules.map(({ id, module, config: own }) => ({
        module,
        policy: own.policy,
        // A result says by its own mark whether the model that made it was approved.
        isAdvisory: own.mode === 'advisory',
        mode: () => models.modeOf(id)
      })),
      moduleOf: (result) => result.method?.coding?.find(({ code }) => modules.some(({ id }) => id === code))?.code,
      onAlert: metrics.delivery.alerted,
      mayAlert: (result) => mayLeave(result) && !hasTag(result, HIS.late) && !hasTag(result, TAG.replayed)
    })
    await alerts.start()
    await loop.start()
    await delivery.start()
  }
}

/** A result of a module in shadow mode leaves for nobody (rules section 9). */
function mayLeave(resource: Resource): boolean {
  return !hasTag(resource, HIS.shadow)
}

export type App = Awaited<ReturnType<typeof createApp>>
