import type { Sql } from '../../../core/sql.ts'
import type { RefusedCase } from '../../../inference/metrics/subgroups.ts'
import { packed } from '../../loop/compute/columns.ts'
import type { Computer } from '../../loop/compute/computer.ts'
import { type LoopPair, loadMeasured, loadPairs, type MeasuredPair } from '../../loop/pairs.ts'
import { type LoopSource, modelKey } from '../../loop/source.ts'
import type { PublishedReport } from '../published.ts'

export interface LoopReportFilter {
  label: string
  model?: string
  from?: string
  to?: string
  /** For a table that leaves the house. */
  complementary?: boolean
}

export interface LoopReportDeps {
  sql: Sql
  computer: Pick<Computer, 'run'>
  now(): Date
}

export const LOOP_DATA = 'closed loop of this server'
/** Answers and refusals by stratum, for the abstention rate; the newest so many. */
const MAX_RESULTS = 50_000
const drawsFor = (n: number): number => Math.round(Math.min(1000, Math.max(200, 1_000_000 / Math.max(1, n))))

/**
 * The subgroup report of a source from the closed loop. Of the models that answered in the period the latest is reported, unless
 * one is named: figures of two models together are figures of none.
 *
 * @throws AppError BACK_PRESSURE, SHUTTING_DOWN of the worker
 */
export async function loopReport(
  source: LoopSource,
  filter: LoopReportFilter,
  { sql, computer, now }: LoopReportDeps
): Promise<PublishedReport> {
  const label = source.loop.labels.find(({ key }) => key === filter.label)!
  const { complementary, ...asked } = filter
  const pairFilter = { source: source.id, ...asked }
  const isMeasured = label.kind === 'measurement'
  const all = isMeasured ? await loadMeasured(sql, pairFilter) : await loadPairs(sql, pairFilter)
  const model = all.at(-1)?.model ?? { name: filter.model ?? 'none', version: '', sha256: '' }
  const pairs = (all as (MeasuredPair | LoopPair)[]).filter((pair) => modelKey(pair.model) === modelKey(model))
  const { answered, refused, codes } = await results(sql, { ...pairFilter, model: modelKey(model) })
  const shared = { label: label.key, draws: drawsFor(pairs.length), answered, refused, complementary }
  const figures = isMeasured
    ? await computer.run('measuredSubgroups', {
        ...shared,
        unit: label.unit,
        measured: (pairs as MeasuredPair[]).map(({ patient, value, truth, groups }) => ({
          patient,
          difference: value - truth.value,
          groups
        }))
      })
    : await computer.run('subgroups', {
        ...shared,
        kind: label.kind as 'probability' | 'score',
        cases: packed(pairs as LoopPair[]),
        // The cut as it was last served.
        threshold: pairs.findLast((pair) => pair.threshold !== undefined)?.threshold
      })
  const [first, last] = [pairs[0], pairs.at(-1)]
  return {
    provenance: {
      module: source.id,
      title: source.title,
      model,
      data: LOOP_DATA,
      ...(first && last ? { period: { from: filter.from ?? first.at, to: filter.to ?? last.at } } : {}),
      patients: new Set(pairs.map(({ patient }) => patient)).size,
      refused: codes,
      command: commandOf(source.id, filter),
      madeAt: now().toISOString()
    },
    ...figures
  }
}

const commandOf = (source: string, { label, from, to }: LoopReportFilter): string =>
  [
    `hisbundle report subgroups ${source} --server URL --label ${label}`,
    ...(from ? [`--from ${from}`] : []),
    ...(to ? [`--to ${to}`] : [])
  ].join(' ')

/** Who was answered and who was refused, whatever came true later. */
async function results(
  sql: Sql,
  { source, model, from, to }: { source: string; model: string; from?: string; to?: string }
): Promise<{ answered: RefusedCase[]; refused: RefusedCase[]; codes: { code: string; n: number }[] }> {
  const [least, most] = [
    from === undefined ? 0 : Date.parse(from),
    to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to)
  ]
  const rows = await sql.all<{ patient: string; refused: string | null; groups_json: string }>(
    `SELECT patient, refused, groups_json FROM loop_results
     WHERE source = ? AND model = ? AND withdrawn = 0 AND at >= ? AND at <= ? ORDER BY at DESC LIMIT ${MAX_RESULTS}`,
    [source, model, least, most]
  )
  const parsed = rows.map(({ patient, refused, groups_json }) => ({
    patient,
    code: refused,
    groups: JSON.parse(groups_json) as Record<string, string>
  }))
  const codes = Map.groupBy(
    parsed.flatMap(({ code }) => (code ? [code] : [])),
    (code) => code
  )
  return {
    answered: parsed.filter(({ code }) => !code).map(({ patient, groups }) => ({ patient, groups })),
    refused: parsed.filter(({ code }) => code).map(({ patient, groups }) => ({ patient, groups })),
    codes: [...codes].map(([code, all]) => ({ code, n: all.length })).sort((a, b) => (a.code < b.code ? -1 : 1))
  }
}
