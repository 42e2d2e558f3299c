import type { Sql } from '../../core/sql.ts'

/** How much of a label there is, of one model. */
export interface LabelCounts {
  source: string
  label: string
  /** Key of the model. */
  model: string
  /** Predictions that stand. */
  predictions: number
  /** Those that got a truth. */
  pairs: number
  /** Of the pairs, how many came true; of a measurement nothing. */
  positives: number
}

/** Results of a source, by model. */
export interface ResultCounts {
  source: string
  model: string
  name: string
  version: string
  sha256: string
  /** That stand and say something. */
  answered: number
  refused: number
  withdrawn: number
  /** ISO instants of the first and the last that stands. */
  from: string
  to: string
}

export interface CountsFilter {
  source?: string
  from?: string
  to?: string
}

const SLICE_MS = 30 * 24 * 3_600_000
/** A clock that stood at 1970 must not make thousands of slices. */
const MAX_SLICES = 120

/** The most recent model first. */
export async function resultCounts(sql: Sql, filter: CountsFilter = {}): Promise<ResultCounts[]> {
  const rows = await inSlices(
    sql,
    filter,
    (where) =>
      `SELECT source, model, MAX(model_name) AS name, MAX(model_version) AS version, MAX(sha256) AS sha256,
       SUM(CASE WHEN withdrawn = 0 AND refused IS NULL THEN 1 ELSE 0 END) AS answered,
       SUM(CASE WHEN withdrawn = 0 AND refused IS NOT NULL THEN 1 ELSE 0 END) AS refused,
       SUM(withdrawn) AS withdrawn, MIN(at) AS first_at, MAX(at) AS last_at
       FROM loop_results r WHERE ${where} GROUP BY source, model`
  )
  return summed(rows, ['source', 'model'], (parts) => ({
    source: String(parts[0]!.source),
    model: String(parts[0]!.model),
    name: String(parts[0]!.name),
    version: String(parts[0]!.version),
    sha256: String(parts[0]!.sha256),
    answered: sum(parts, 'answered'),
    refused: sum(parts, 'refused'),
    withdrawn: sum(parts, 'withdrawn'),
    from: new Date(Math.min(...parts.map((part) => Number(part.first_at)))).toISOString(),
    to: new Date(Math.max(...parts.map((part) => Number(part.last_at)))).toISOString()
  })).sort((a, b) => order(a.source, b.source) || order(b.to, a.to) || order(a.model, b.model))
}

export async function labelCounts(sql: Sql, filter: CountsFilter = {}): Promise<LabelCounts[]> {
  const rows = await inSlices(
    sql,
    filter,
    (where) =>
      `SELECT r.source AS source, q.label AS label, r.model AS model, COUNT(*) AS predictions, COUNT(p.result) AS pairs,
       SUM(CASE WHEN t.value = '1' THEN 1 ELSE 0 END) AS positives
       FROM loop_results r
       JOIN loop_predictions q ON q.source = r.source AND q.result = r.result
       LEFT JOIN loop_pairs p ON p.source = r.source AND p.result = r.result AND p.label = q.label
       LEFT JOIN loop_truths t ON t.source = p.source AND t.label = p.label AND t.patient = p.patient AND t.key = p.key
       WHERE ${where} AND r.withdrawn = 0 GROUP BY r.source, q.label, r.model`
  )
  return summed(rows, ['source', 'label', 'model'], (parts) => ({
    source: String(parts[0]!.source),
    label: String(parts[0]!.label),
    model: String(parts[0]!.model),
    predictions: sum(parts, 'predictions'),
    pairs: sum(parts, 'pairs'),
    positives: sum(parts, 'positives')
  }))
}

type Row = Record<string, string | number>

/** The same question of each month, so that years of results hold nothing up: rows of all answers. */
async function inSlices(sql: Sql, filter: CountsFilter, question: (where: string) => string): Promise<Row[]> {
  const [conditions, params] = filter.source === undefined ? ['1 = 1', []] : ['r.source = ?', [filter.source]]
  const [span] = await sql.all<{ low: number | null; high: number | null }>(
    `SELECT MIN(at) AS low, MAX(at) AS high FROM loop_results r WHERE ${conditions}`,
    params
  )
  if (span?.low == null || span.high == null) return []
  const low = Math.max(Number(span.low), filter.from === undefined ? -Infinity : Date.parse(filter.from))
  const high = Math.min(Number(span.high), filter.to === undefined ? Infinity : Date.parse(filter.to))
  const width = Math.max(SLICE_MS, Math.ceil((high - low + 1) / MAX_SLICES))
  const rows: Row[] = []
  for (let from = low; from <= high; from += width) {
    const until = Math.min(high, from + width - 1)
    const text = question(`${conditions} AND r.at >= ? AND r.at <= ?`)
    rows.push(...(await sql.all<Row>(text, [...params, from, until])))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return rows
}

const summed = <T>(rows: readonly Row[], keys: readonly string[], of: (parts: Row[]) => T): T[] =>
  [...Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => row[key])))].map(([, parts]) => of(parts))

const sum = (parts: readonly Row[], name: string): number =>
  parts.reduce((total, part) => total + Number(part[name] ?? 0), 0)

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
