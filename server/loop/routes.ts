import { createHmac } from 'node:crypto'
import { stringify } from 'csv-stringify/sync'
import { AppError } from '../../core/errors/app-error.ts'
import type { Logger } from '../../core/log.ts'
import type { Sql } from '../../core/sql.ts'
import { callerOf } from '../access/gate.ts'
import type { RouteTable } from '../access/route-table.ts'
import type { Loop } from './loop.ts'
import { type MeasuredPair, type PairFilter, pairPage } from './pairs.ts'
import type { LoopSource } from './source.ts'

export interface PerformanceRoutesDeps {
  sql: Sql
  sources: readonly LoopSource[]
  loop: Pick<Loop, 'performance' | 'recalibration' | 'rebuild' | 'check'>
  /** The site's secret: names of people in pairs hang on it. */
  secret(): string
  log: Logger
}

const MAX_PAGE = 5000
const HEX_DIGITS = 24

/** What operators ask of the closed loop: /admin/performance. */
export function performanceRoutes(routes: RouteTable, deps: PerformanceRoutesDeps): void {
  const { sql, sources, log } = deps
  const { performance, recalibration, check, rebuild } = deps.loop
  const sourceOf = (id: string): LoopSource => {
    const source = sources.find((one) => one.id === id)
    if (!source) throw new AppError('FHIR_NOT_FOUND', { at: 'source' })
    return source
  }

  routes.get('/performance', 'admin.read', async (_request, response) => {
    response.json({ sources: await performance.overview() })
  })
  routes.post('/performance/check', 'admin.write', async (_request, response) => {
    response.json(await check())
  })
  routes.post('/performance/rebuild', 'admin.write', async (_request, response) => {
    response.json(await rebuild())
  })
  routes.get('/performance/:source', 'admin.read', async (request, response) => {
    const source = sourceOf(request.params.source)
    const { label, model, from, to } = queryOf(request.query)
    response.json(await performance.report(source, { label: labelOf(source, label), model, from, to }))
  })
  routes.get('/performance/:source/pairs', 'admin.read', async (request, response) => {
    const source = sourceOf(request.params.source)
    const { label, model, from, to } = queryOf(request.query)
    const filter: PairFilter = { source: source.id, label: labelOf(source, label), model, from, to }
    const { before, format } = request.query
    const count = countOf(request.query.count)
    const pairs = await pairPage(sql, filter, { before: cursorOf(before), count })
    const rows = pairs.map((pair) => publicPair(pair, deps.secret()))
    const last = pairs.at(-1)
    const next = pairs.length === count && last ? `${Date.parse(last.at)}~${last.result}` : undefined
    if (format !== 'csv') return response.json({ source: source.id, label: filter.label, pairs: rows, next })
    if (next) response.set('x-next-before', next)
    response.type('text/csv').send(csvOf(rows))
  })
  routes.get('/performance/:source/recalibration', 'admin.read', async (request, response) => {
    const source = sourceOf(request.params.source)
    response.json(await recalibration.propose(source, labelOf(source, queryOf(request.query).label)))
  })
  routes.post('/performance/:source/recalibration', 'admin.write', async (request, response) => {
    const source = sourceOf(request.params.source)
    const { label, approver } = (request.body ?? {}) as { label?: unknown; approver?: unknown }
    const applied = await recalibration.apply(source, labelOf(source, queryOf({ label }).label), approver)
    const { sha256, version } = applied.model
    log.warn(
      { module: source.id, sha256, version, client: callerOf(request)?.id, event: 'recalibration' },
      'a recalibration was applied; it serves from the next start on'
    )
    response.json({ ...applied, effect: 'at the next start of every process that runs models' })
  })
}

/** A pair as it leaves the server: the person under a keyed name, resources by their ids, which say nothing. */
function publicPair(pair: MeasuredPair, secret: string) {
  return {
    patient: createHmac('sha256', secret).update(`loop|${pair.patient}`).digest('hex').slice(0, HEX_DIGITS),
    result: pair.result,
    at: pair.at,
    model: pair.model,
    value: pair.value,
    threshold: pair.threshold,
    truth: pair.truth.value,
    truthAt: pair.truth.at,
    truthReference: pair.truth.reference,
    groups: pair.groups,
    variants: pair.variants
  }
}

function csvOf(rows: ReturnType<typeof publicPair>[]): string {
  const strata = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))].sort()
  return stringify(
    rows.map(({ model, groups, variants: _variants, ...row }) => ({
      ...row,
      modelName: model.name,
      modelVersion: model.version,
      modelSha256: model.sha256,
      ...Object.fromEntries(strata.map((name) => [`group.${name}`, groups[name] ?? '']))
    })),
    { header: true, escape_formulas: true }
  )
}

/** @throws AppError BAD_REQUEST at the parameter */
export function queryOf(query: Record<string, unknown>): {
  label?: string
  model?: string
  from?: string
  to?: string
} {
  const text = (name: string): string | undefined => {
    const value = query[name]
    if (value !== undefined && typeof value !== 'string') throw new AppError('BAD_REQUEST', { at: name })
    return value === '' ? undefined : value
  }
  const instant = (name: string): string | undefined => {
    const value = text(name)
    if (value !== undefined && Number.isNaN(Date.parse(value))) throw new AppError('BAD_REQUEST', { at: name })
    return value
  }
  return { label: text('label'), model: text('model'), from: instant('from'), to: instant('to') }
}

/** The label asked for, else the source's first. @throws AppError FHIR_NOT_FOUND */
export function labelOf({ loop }: LoopSource, key: string | undefined): string {
  const label = key === undefined ? loop.labels[0] : loop.labels.find((one) => one.key === key)
  if (!label) throw new AppError('FHIR_NOT_FOUND', { at: 'label' })
  return label.key
}

function countOf(value: unknown): number {
  const count = Number(value ?? 1000)
  if (!Number.isInteger(count) || count < 1) throw new AppError('BAD_REQUEST', { at: 'count' })
  return Math.min(count, MAX_PAGE)
}

function cursorOf(value: unknown): { at: number; result: string } | undefined {
  if (value === undefined) return undefined
  const match = /^(\d{1,16})~([A-Za-z]{1,64}\/[A-Za-z0-9.-]{1,64})$/.exec(String(value))
  if (!match) throw new AppError('BAD_REQUEST', { at: 'before' })
  return { at: Number(match[1]), result: match[2]! }
}
