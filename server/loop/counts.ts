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

/** The most recent model first. */
export async function resultCounts(sql: Sql, filter: CountsFilter = {}): Promise<ResultCounts[]> {
  const { where, params } = conditions(filter)
  const rows = await sql.all<Record<string, string | number>>(
    `SELECT source, model, MAX(model_name) AS name, MAX(model_version) AS version, MAX(sha256) AS sha256,
     SUM(CASE WHEN withdrawn = 0 AND refused IS NULL THEN 1 ELSE 0 END) AS answered,
     SUM(CASE WHEN withdrawn = 0 AND refused IS NOT NULL THEN 1 ELSE 0 END) AS refused,
     SUM(withdrawn) AS withdrawn, MIN(at) AS first_at, MAX(at) AS last_at
     FROM loop_results r ${where} GROUP BY source, model ORDER BY source, MAX(at) DESC, model`,
    params
  )
  return rows.map((row) => ({
    source: String(row.source),
    model: String(row.model),
    name: String(row.name),
    version: String(row.version),
    sha256: String(row.sha256),
    answered: Number(row.answered),
    refused: Number(row.refused),
    withdrawn: Number(row.withdrawn),
    from: new Date(Number(row.first_at)).toISOString(),
    to: new Date(Number(row.last_at)).toISOString()
  }))
}

export async function labelCounts(sql: Sql, filter: CountsFilter = {}): Promise<LabelCounts[]> {
  const { where, params } = conditions(filter)
  const rows = await sql.all<Record<string, string | number>>(
    `SELECT r.source AS source, q.label AS label, r.model AS model, COUNT(*) AS predictions, COUNT(p.result) AS pairs,
     SUM(CASE WHEN t.value = '1' THEN 1 ELSE 0 END) AS positives
     FROM loop_results r
     JOIN loop_predictions q ON q.source = r.source AND q.result = r.result
     LEFT JOIN loop_pairs p ON p.source = r.source AND p.result = r.result AND p.label = q.label
     LEFT JOIN loop_truths t ON t.source = p.source AND t.label = p.label AND t.patient = p.patient AND t.key = p.key
     ${where ? `${where} AND` : 'WHERE'} r.withdrawn = 0 GROUP BY r.source, q.label, r.model`,
    params
  )
  return rows.map((row) => ({
    source: String(row.source),
    label: String(row.label),
    model: String(row.model),
    predictions: Number(row.predictions),
    pairs: Number(row.pairs),
    positives: Number(row.positives)
  }))
}

function conditions({ source, from, to }: CountsFilter): { where: string; params: (string | number)[] } {
  const parts: string[] = []
  const params: (string | number)[] = []
  const add = (condition: string, value: string | number): void => {
    parts.push(condition)
    params.push(value)
  }
  if (source !== undefined) add('r.source = ?', source)
  if (from !== undefined) add('r.at >= ?', Date.parse(from))
  if (to !== undefined) add('r.at <= ?', Date.parse(to))
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', params }
}
