import type { Resource } from '@medplum/fhirtypes'
import type { SqlValue } from '../../../core/sql.ts'
import { fromStoredJson } from '../stored-json.ts'
import { type Cursor, countSql, pageSql } from './page.ts'
import type { IncludeRule, Query } from './query.ts'
import { unsupported } from './query.ts'
import type { ValueSetCodes } from './to-sql.ts'

/** Runs one SELECT over committed data. */
export type Select = <T>(sql: string, params: SqlValue[]) => T[] | Promise<T[]>

export interface SearchResult {
  matches: (Resource & { id: string })[]
  includes: (Resource & { id: string })[]
  /** Where the next page begins; absent on the last. */
  next?: Cursor
  /** Number of all matches, when asked for or known anyway. */
  total?: number
}

interface Row {
  rid: number
  json: string
  version: number
  updated: string
  [key: string]: string | number
}

/** Included resources at most for one page; a page that would bring more is refused rather than cut. */
const MAX_INCLUDES = 5000
/** SQLite takes 32766 parameters; PostgreSQL 65535. */
const CHUNK = 500

/** Runs a search: one page, its includes and its total. */
export async function runSearch(
  query: Query,
  select: Select,
  valueSets: ValueSetCodes,
  after?: Cursor
): Promise<SearchResult> {
  if (query.summaryCount) return { matches: [], includes: [], total: await count(query, select, valueSets) }
  const page = pageSql(query, valueSets, after)
  const rows = await select<Row>(page.text, page.params)
  const more = rows.length > query.count
  const shown = more ? rows.slice(0, query.count) : rows
  const matches = shown.map((row) => fromStoredJson(row.json, row.version, row.updated))
  const last = shown.at(-1)
  const result: SearchResult = { matches, includes: await includesOf(query, shown, select) }
  if (more && last) result.next = [...query.sort.map((_, i) => last[`k${i}`]!), last.rid]
  if (query.total === 'accurate') result.total = await count(query, select, valueSets)
  else if (!more && !after) result.total = matches.length
  return result
}

async function count(query: Query, select: Select, valueSets: ValueSetCodes): Promise<number> {
  const { text, params } = countSql(query, valueSets)
  return Number((await select<{ n: number }>(text, params))[0]!.n)
}

async function includesOf(query: Query, shown: Row[], select: Select): Promise<SearchResult['includes']> {
  const seen = new Set(shown.map(({ rid }) => rid))
  const out: SearchResult['includes'] = []
  const take = (rows: Row[]): void => {
    for (const row of rows) {
      if (seen.has(row.rid)) continue
      seen.add(row.rid)
      if (seen.size > MAX_INCLUDES + shown.length) throw unsupported('_include', 'too-many')
      out.push(fromStoredJson(row.json, row.version, row.updated))
    }
  }
  for (let i = 0; i < shown.length; i += CHUNK) {
    const rids = shown.slice(i, i + CHUNK).map(({ rid }) => rid)
    for (const rule of query.include) take(await select<Row>(...forward(rule, rids)))
    for (const rule of query.revinclude) take(await select<Row>(...backward(rule, rids)))
  }
  return out
}

const COLUMNS = 'o.rid AS rid, o.json AS json, o.version AS version, o.updated AS updated'
const marks = (rids: number[]): string => rids.map(() => '?').join(', ')

function forward({ parameter, target }: IncludeRule, rids: number[]): [string, SqlValue[]] {
  const only = target ? ' AND l.rtype = ?' : ''
  return [
    `SELECT DISTINCT ${COLUMNS} FROM ix_reference l JOIN resource o ON o.rtype = l.rtype AND o.id = l.id AND o.deleted = 0
     WHERE l.p = ?${only} AND l.rid IN (${marks(rids)}) ORDER BY o.rid LIMIT ${MAX_INCLUDES + 1}`,
    [parameter.p, ...(target ? [target] : []), ...rids]
  ]
}

function backward({ parameter, target }: IncludeRule, rids: number[]): [string, SqlValue[]] {
  const only = target ? ' AND m.rtype = ?' : ''
  return [
    `SELECT DISTINCT ${COLUMNS} FROM resource m JOIN ix_reference l ON l.p = ? AND l.id = m.id AND l.rtype = m.rtype
     JOIN resource o ON o.rid = l.rid WHERE m.rid IN (${marks(rids)})${only} ORDER BY o.rid LIMIT ${MAX_INCLUDES + 1}`,
    [parameter.p, ...rids, ...(target ? [target] : [])]
  ]
}
