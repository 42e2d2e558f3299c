import express from 'express'
import { AppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import { callerOf } from '../access/gate.ts'
import { RouteTable } from '../access/route-table.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { OutboxBell } from '../delivery/outbox-bell.ts'
import type { Loop } from '../loop/loop.ts'
import { type PerformanceRoutesDeps, performanceRoutes } from '../loop/routes.ts'
import type { ModelsInService } from '../models/in-service.ts'
import { modelRoutes } from '../models/routes.ts'
import type { RetentionRuns } from '../operations/retention.ts'
import { fromBusRecord } from '../pipeline/envelope-headers.ts'
import { inboundTopic } from '../pipeline/families.ts'
import { reportRoutes } from '../reports/routes.ts'
import { explain } from './explain.ts'
import type { OutboundSwitch } from './outbound-switch.ts'
import type { Pipeline } from './pipeline.ts'

export interface AdminDeps {
  bus: EventBus
  store: FhirStore
  pipeline: Pipeline
  outbox: Outbox
  bell: OutboxBell
  outbound: OutboundSwitch
  retention: Pick<RetentionRuns, 'run'>
  models: ModelsInService
  loop: PerformanceRoutesDeps & { loop: Pick<Loop, 'computer'> }
  now(): Date
  log: Logger
}

interface ReplayBody {
  parkedId?: string
  allParked?: boolean
  envelopeId?: string
  /** 'Patient/..': whose a quarantined message is, as a person decided. */
  asPatient?: string
}

/** What operators ask: the story of a message, what is parked, what waits to go out, why a result says what it says. */
export function adminRoutes(deps: AdminDeps): RouteTable {
  const { bus, store, pipeline, outbox, bell, outbound } = deps
  const routes = new RouteTable('/admin', { before: [express.json({ limit: '64kb' })] })

  routes.get('/messages', 'admin.read', async (request, response) => {
    const limit = Math.min(Number(request.query.limit ?? 100) || 100, 1000)
    response.json({ counts: await pipeline.story.counts(), messages: await pipeline.story.recent(limit) })
  })
  routes.get('/messages/:id', 'admin.read', async (request, response) => {
    const stories = await pipeline.story.story(request.params.id)
    if (stories.length === 0) throw new AppError('FHIR_NOT_FOUND', { at: 'message' })
    const resources = [...new Set(stories.flatMap(({ resources }) => resources))]
    response.json({
      messages: stories,
      deliveries: (await Promise.all(resources.map(outbox.fate))).flat().map(withoutPayload)
    })
  })
  routes.get('/parked', 'admin.read', async (_request, response) => {
    const parked = await bus.parked({ state: 'parked' })
    response.json({
      parked: parked.map(({ id, record, error, parkedAt, tries, group }) => {
        const inbound = record.topic.startsWith('inbound.')
        const envelope = inbound ? fromBusRecord(record).envelope : undefined
        return {
          id,
          envelopeId: envelope?.id,
          kind: envelope?.kind ?? record.topic,
          group,
          tries,
          parkedAt,
          code: error.code,
          reason: error.reason,
          at: error.at
        }
      })
    })
  })
  routes.post('/replay', 'admin.write', async (request, response) => {
    const { parkedId, allParked, envelopeId, asPatient } = (request.body ?? {}) as ReplayBody
    if (asPatient) {
      const id = envelopeId ?? (parkedId && (await envelopeOfParked(bus, parkedId)))
      if (!id || !/^Patient\/[A-Za-z0-9.-]{1,64}$/.test(asPatient))
        throw new AppError('BAD_REQUEST', { at: 'asPatient' })
      await pipeline.decidePatient(id, asPatient)
    }
    if (parkedId) {
      const replayed = await bus.replay({ parkedId })
      if (replayed === 0) throw new AppError('FHIR_NOT_FOUND', { at: 'parkedId' })
      response.json({ replayed })
    } else if (allParked) response.json({ replayed: await bus.replay({ allParked: true }) })
    else if (envelopeId) {
      // What is parked is replayed as parked, so that it leaves the list.
      const waiting = await parkedOf(bus, envelopeId)
      if (waiting) return response.json({ replayed: await bus.replay({ parkedId: waiting }) })
      const [story] = await pipeline.story.story(envelopeId)
      if (!story) throw new AppError('FHIR_NOT_FOUND', { at: 'message' })
      response.json({
        replayed: await bus.replay({
          topic: inboundTopic(story.family as Parameters<typeof inboundTopic>[0]),
          envelopeId: story.envelopeId
        })
      })
    } else throw new AppError('BAD_REQUEST', { at: 'body' })
  })
  routes.get('/codes/unmapped', 'admin.read', async (_request, response) => {
    response.json({ unmapped: await pipeline.codes.list() })
  })
  routes.get('/outbox', 'admin.read', async (_request, response) => {
    response.json({ outbound: outbound.on, queues: await outbox.counts(), failing: await outbox.failing() })
  })
  routes.post('/outbox/retry', 'admin.write', async (request, response) => {
    const { destination } = (request.body ?? {}) as { destination?: string }
    if (!destination) throw new AppError('BAD_REQUEST', { at: 'destination' })
    const requeued = await outbox.retryParked(destination)
    bell.ringUrgent(destination)
    response.json({ requeued })
  })
  routes.post('/outbound', 'admin.write', async (request, response) => {
    const on = await outbound.set((request.body as { on?: unknown } | undefined)?.on === true)
    deps.log.warn({ on, client: callerOf(request)?.id, event: 'outbound-switch' }, 'the outbound switch was set')
    response.json({ outbound: on })
  })
  routes.post('/retention', 'admin.write', async (request, response) => {
    const { dryRun } = (request.body ?? {}) as { dryRun?: unknown }
    response.json(await deps.retention.run({ dryRun: dryRun !== false }))
  })
  modelRoutes(routes, deps)
  performanceRoutes(routes, deps.loop)
  reportRoutes(routes, { store, sources: deps.loop.sources, computer: deps.loop.loop.computer, now: deps.now })
  routes.get('/explain/:type/:id', 'admin.read', async (request, response) => {
    response.json(await explain({ store, outbox }, `${request.params.type}/${request.params.id}`))
  })
  return routes
}

function withoutPayload<T extends { payload?: unknown; event?: unknown }>({
  payload: _payload,
  event: _event,
  ...rest
}: T) {
  return rest
}

async function envelopeOfParked(bus: EventBus, parkedId: string): Promise<string | undefined> {
  const found = (await bus.parked()).find(({ id }) => id === parkedId)
  return found ? fromBusRecord(found.record).envelope.id : undefined
}

async function parkedOf(bus: EventBus, envelopeId: string): Promise<string | undefined> {
  const parked = await bus.parked({ state: 'parked' })
  return parked.find(
    ({ record }) => record.topic.startsWith('inbound.') && fromBusRecord(record).envelope.id === envelopeId
  )?.id
}
