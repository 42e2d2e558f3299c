import type { Sql, SqlValue } from '../../core/sql.ts'
import type { GroupedCase } from '../../inference/metrics/cases.ts'
import type { LoopModel } from './source.ts'

/** Which pairs. */
export interface PairFilter {
  source: string
  label: string
  /** Key of the model (source.ts: modelKey). */
  model?: string
  /** Of the predictions' `at`, ISO instants, both ends counted. */
  from?: string
  to?: string
  /** The newest so many. Default 50,000. */
  limit?: number
}

interface JoinedFacts {
  /** 'RiskAssessment/x' */
  result: string
  at: string
  model: LoopModel
  /** The site's cut when it was served. */
  threshold?: number
  truth: { key: string; reference: string; at: string; value: number }
}

/** A probability and what came true: a case as the metrics judge it. `patient` is 'Patient/..' and leaves the server never. */
export interface LoopPair extends GroupedCase, JoinedFacts {
  at: string
}

/** A measurement and what the reference method said, both in the label's unit. */
export interface MeasuredPair extends JoinedFacts {
  patient: string
  value: number
  groups: Record<string, string>
  variants?: Record<string, number>
}

export const MAX_PAIRS = 50_000
/** Rows read at once, so that reading many holds up nothing else. */
const PAGE = 1000

/**
 * Pairs of a label whose kind is 'probability', oldest first (equal: by reference).
 * Withdrawn results and refusals have none.
 */
export async function loadPairs(sql: Sql, filter: PairFilter): Promise<LoopPair[]> {
  const pairs = await loadMeasured(sql, filter)
  return pairs.map(({ value, ...rest }) => ({ ...rest, probability: value, label: rest.truth.value >= 0.5 ? 1 : 0 }))
}

/** Pairs of a label of either kind, oldest first. */
export async function loadMeasured(sql: Sql, filter: PairFilter): Promise<MeasuredPair[]> {
  const limit = filter.limit ?? MAX_PAIRS
  const pairs: MeasuredPair[] = []
  const shared = new Map<string, Record<string, string>>()
  let before: { at: number; result: string } | undefined
  while (pairs.length < limit) {
    const rows = await page(sql, filter, { before, count: Math.min(PAGE, limit - pairs.length) })
    for (const row of rows) pairs.push(pairOf(row, shared))
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) break
    before = { at: Number(last.at), result: last.result }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return pairs.reverse()
}

/** One page of pairs, the newest first. @param before only what lies before this one */
export async function pairPage(
  sql: Sql,
  filter: PairFilter,
  { before, count }: { before?: { at: number; result: string }; count: number }
): Promise<MeasuredPair[]> {
  return (await page(sql, filter, { before, count })).map((row) => pairOf(row))
}

interface Row {
  result: string
  patient: string
  at: number
  model_name: string
  model_version: string
  sha256: string
  groups_json: string
  value: string
  threshold: string | null
  variants: string
  key: string
  reference: string
  truth_at: number
  truth_value: string
}

function page(
  sql: Sql,
  { source, label, model, from, to }: PairFilter,
  { before, count }: { before?: { at: number; result: string }; count: number }
): Promise<Row[]> {
  // Written as a product so that SQLite walks the results in the order of time and stops at the page: of its own it would
  // join and sort everything for each page.
  const conditions = [
    'r.source = ?',
    'p.source = r.source AND p.result = r.result AND p.label = ?',
    'q.source = p.source AND q.result = p.result AND q.label = p.label',
    't.source = p.source AND t.label = p.label AND t.patient = p.patient AND t.key = p.key'
  ]
  const params: SqlValue[] = [source, label]
  const add = (condition: string, ...values: SqlValue[]): void => {
    conditions.push(condition)
    params.push(...values)
  }
  if (model !== undefined) add('r.model = ?', model)
  if (from !== undefined) add('r.at >= ?', Date.parse(from))
  if (to !== undefined) add('r.at <= ?', Date.parse(to))
  if (before) add('r.at <= ? AND (r.at < ? OR r.result < ?)', before.at, before.at, before.result)
  return sql.all<Row>(
    `SELECT r.result AS result, r.patient AS patient, r.at AS at, r.model_name AS model_name,
     r.model_version AS model_version, r.sha256 AS sha256, r.groups_json AS groups_json, q.value AS value,
     q.threshold AS threshold, q.variants AS variants, t.key AS key, t.reference AS reference, t.at AS truth_at,
     t.value AS truth_value
     FROM loop_results r CROSS JOIN loop_pairs p CROSS JOIN loop_predictions q CROSS JOIN loop_truths t
     WHERE ${conditions.join(' AND ')} ORDER BY r.at DESC, r.result DESC LIMIT ${Math.trunc(count)}`,
    params
  )
}

/** @param shared strata that were read before: equal ones are one object, of which there are few */
function pairOf(row: Row, shared = new Map<string, Record<string, string>>()): MeasuredPair {
  const groups = shared.get(row.groups_json) ?? (JSON.parse(row.groups_json) as Record<string, string>)
  shared.set(row.groups_json, groups)
  const variants = JSON.parse(row.variants) as Record<string, number>
  return {
    result: row.result,
    patient: row.patient,
    at: new Date(Number(row.at)).toISOString(),
    model: { name: row.model_name, version: row.model_version, sha256: row.sha256 },
    value: Number(row.value),
    ...(row.threshold === null ? {} : { threshold: Number(row.threshold) }),
    groups,
    ...(Object.keys(variants).length > 0 ? { variants } : {}),
    truth: {
      key: row.key,
      reference: row.reference,
      at: new Date(Number(row.truth_at)).toISOString(),
      value: Number(row.truth_value)
    }
  }
}
