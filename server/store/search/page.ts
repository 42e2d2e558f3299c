import type { SqlValue } from '../../../core/sql.ts'
import { FOREVER } from './dates.ts'
import type { Query, SortKey } from './query.ts'
import { type Sql, type ValueSetCodes, whereSql } from './to-sql.ts'

/** Values of the sort keys of the last row of a page, its row number at the end: where the next page goes on. */
export type Cursor = (string | number)[]

const TOP = '\u{10ffff}'

/**
 * One page of a search, one row more than asked so that one sees whether there is a next page. Pages go on after the
 * last row (keyset), so resources that come or go meanwhile shift nothing.
 */
export function pageSql(query: Query, valueSets: ValueSetCodes, after?: Cursor): Sql {
  const where = whereSql(query, valueSets)
  const keys = query.sort.map(keyExpression)
  const columns = keys.map(({ text }, i) => `${text} AS k${i}`)
  const params: SqlValue[] = [...keys.flatMap((key) => key.params), ...where.params]
  const inner = `SELECT r.rid AS rid, r.rtype AS rtype, r.id AS id, r.json AS json, r.version AS version, r.updated AS updated${columns
    .map((column) => `, ${column}`)
    .join('')} FROM resource r WHERE ${where.text}`
  const order = [...query.sort.map(({ descending }, i) => `k${i}${descending ? ' DESC' : ''}`), 'rid'].join(', ')
  const seek = after ? seekSql(query.sort, after) : undefined
  if (seek) params.push(...seek.params)
  return {
    text: `SELECT * FROM (${inner}) page${seek ? ` WHERE ${seek.text}` : ''} ORDER BY ${order} LIMIT ?`,
    params: [...params, query.count + 1]
  }
}

/** Row after the cursor: equal in the first n keys and beyond in the next, for some n. */
function seekSql(sort: SortKey[], after: Cursor): Sql {
  const columns = [...sort.map(({ descending }, i) => [`k${i}`, descending] as const), ['rid', false] as const]
  const parts: string[] = []
  const params: SqlValue[] = []
  for (let n = 0; n < columns.length; n++) {
    const equal = columns.slice(0, n).map(([column], i) => {
      params.push(after[i]!)
      return `${column} = ?`
    })
    const [column, descending] = columns[n]!
    params.push(after[n]!)
    parts.push(`(${[...equal, `${column} ${descending ? '<' : '>'} ?`].join(' AND ')})`)
  }
  return { text: `(${parts.join(' OR ')})`, params }
}

const SORT_COLUMN = {
  token: 'code',
  string: 'norm',
  reference: 'id',
  number: 'value',
  quantity: 'value',
  uri: 'value'
} as const

/** Smallest value when ascending, largest when descending; resources without the value come last either way. */
function keyExpression({ key, descending }: SortKey): Sql {
  if (key === '_id') return { text: 'r.id', params: [] }
  if (key === '_lastUpdated') return { text: 'r.updated', params: [] }
  const numeric = key.type === 'date' || key.type === 'number' || key.type === 'quantity'
  const column = key.type === 'date' ? (descending ? 'hi' : 'lo') : SORT_COLUMN[key.type]
  const missing = numeric ? (descending ? -FOREVER * 2 : FOREVER * 2) : descending ? '' : TOP
  const fold = descending ? 'MAX' : 'MIN'
  return {
    text: `COALESCE((SELECT ${fold}(s.${column}) FROM ix_${key.type} s WHERE s.rid = r.rid AND s.p = ?), ?)`,
    params: [key.p, missing]
  }
}

export function countSql(query: Query, valueSets: ValueSetCodes): Sql {
  const where = whereSql(query, valueSets)
  return { text: `SELECT COUNT(*) AS n FROM resource r WHERE ${where.text}`, params: where.params }
}
