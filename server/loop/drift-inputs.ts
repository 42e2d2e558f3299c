import type { Sql } from '../../core/sql.ts'
import { MIN_WEEK, type PsiRequest } from './compute/psi.ts'

/** A result with what went in and what came out. */
interface Row {
  result: string
  at: number
  inputs: string
}

/** Predictions of the site that make a reference of its own. */
export const MIN_REFERENCE = 200
const MAX_ROWS = 5000
const DAY_MS = 24 * 3_600_000
const WEEK_MS = 7 * DAY_MS
/** The reference is the first four weeks of a model at the site, or as much longer as it takes to have enough. */
const REFERENCE_MS = 28 * DAY_MS
/** Inputs that are watched. */
const MAX_INPUTS = 200

/** Deciles and share of missing values of the model's own data, by input; the scores under 'score:<label>'. */
export type ModelReference = ReadonlyMap<string, { deciles: readonly number[]; missing?: number }>

/**
 * What the stability index compares, for one model of a source: the week before `now` with the first predictions of that model
 * at this site, and until there are 200 of those before the week, with the deciles of the model's own data.
 */
export async function stabilityInputs(
  sql: Sql,
  { source, model }: { source: string; model: string },
  { now, reference }: { now: Date; reference?: ModelReference }
): Promise<{ inputs: PsiRequest['inputs']; comparedWith: 'site' | 'model' | 'nothing' }> {
  const until = now.getTime()
  const week = await valuesOf(sql, { source, model, from: until - WEEK_MS, to: until, newest: true })
  if (week.size < MIN_WEEK) return { inputs: [], comparedWith: 'nothing' }
  const first = await valuesOf(sql, { source, model, from: 0, to: until - WEEK_MS, newest: false })
  const own = ownReference(first)
  const columns = columnsOf(week)
  if (own) {
    const before = columnsOf(own)
    const inputs = [...columns].flatMap(([name, values]) => {
      const past = before.get(name)
      return past ? [{ name, now: values, reference: { values: past } }] : []
    })
    return { inputs, comparedWith: 'site' }
  }
  const inputs = [...columns].flatMap(([name, values]) => {
    const known = reference?.get(name)
    return known ? [{ name, now: values, reference: known }] : []
  })
  return { inputs, comparedWith: inputs.length > 0 ? 'model' : 'nothing' }
}

type Values = Map<string, { at: number; values: Record<string, number | null> }>

function ownReference(first: Values): Values | undefined {
  const rows = [...first].sort(([, a], [, b]) => a.at - b.at)
  if (rows.length < MIN_REFERENCE) return undefined
  const end = Math.max(rows[0]![1].at + REFERENCE_MS, rows[MIN_REFERENCE - 1]![1].at)
  return new Map(rows.filter(([, { at }]) => at <= end))
}

function columnsOf(rows: Values): Map<string, (number | null)[]> {
  const names = [...new Set([...rows.values()].flatMap(({ values }) => Object.keys(values)))]
    .sort()
    .slice(0, MAX_INPUTS)
  return new Map(names.map((name) => [name, [...rows.values()].map(({ values }) => values[name] ?? null)]))
}

async function valuesOf(
  sql: Sql,
  { source, model, from, to, newest }: { source: string; model: string; from: number; to: number; newest: boolean }
): Promise<Values> {
  const where = 'r.source = ? AND r.model = ? AND r.withdrawn = 0 AND r.refused IS NULL AND r.at > ? AND r.at <= ?'
  const order = newest ? 'DESC' : 'ASC'
  const params = [source, model, from, to]
  const rows = await sql.all<Row>(
    `SELECT r.result AS result, r.at AS at, r.inputs AS inputs FROM loop_results r WHERE ${where}
     ORDER BY r.at ${order}, r.result LIMIT ${MAX_ROWS}`,
    params
  )
  const values: Values = new Map(
    rows.map(({ result, at, inputs }) => [
      result,
      { at: Number(at), values: JSON.parse(inputs) as Record<string, number | null> }
    ])
  )
  const scores = await sql.all<{ result: string; label: string; value: string }>(
    `SELECT q.result AS result, q.label AS label, q.value AS value FROM loop_predictions q
     JOIN loop_results r ON r.source = q.source AND r.result = q.result WHERE ${where}
     ORDER BY r.at ${order}, r.result LIMIT ${MAX_ROWS * 8}`,
    params
  )
  for (const { result, label, value } of scores) {
    const row = values.get(result)
    if (row) row.values[`score:${label}`] = Number(value)
  }
  return values
}
