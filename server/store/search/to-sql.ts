import type { SqlValue } from '../../../core/sql.ts'
import { identifierParam } from '../index-rows/extract.ts'
import { normaliseText } from '../index-rows/rows.ts'
import { type DateRange, parseDate } from './dates.ts'
import type { Parameter } from './parameters.ts'
import { type Criterion, type Modifier, type Query, unsupported } from './query.ts'
import { type Prefix, parseNumber, splitEscaped, splitPrefix, unescapeValue } from './values.ts'

/** A piece of SQL with its parameters in order; '?' marks, the common dialect of SQLite and PostgreSQL. */
export interface Sql {
  text: string
  params: SqlValue[]
}

const sql = (text: string, ...params: SqlValue[]): Sql => ({ text, params })
const join = (parts: Sql[], by: string): Sql => ({
  text: parts.map((part) => part.text).join(by),
  params: parts.flatMap((part) => part.params)
})
const wrap = (before: string, part: Sql, after: string): Sql => ({
  text: before + part.text + after,
  params: part.params
})
const anyOf = (parts: Sql[]): Sql => (parts.length === 1 ? parts[0]! : wrap('(', join(parts, ' OR '), ')'))

/** Codes of value sets by url, for `:in`; undefined: the value set is not known here. */
export type ValueSetCodes = (url: string) => readonly { system: string; code: string }[] | undefined

/** A limit that lies above every other text in code point order, which is how both databases must compare here. */
const TOP = '\u{10ffff}'

/**
 * WHERE clause over `resource r` of a query's criteria. The most selective criterion drives (IN over its index), the
 * others are probed per row, so that a patient's potassium does not read everybody's.
 */
export function whereSql(query: Pick<Query, 'resourceType' | 'criteria'>, valueSets: ValueSetCodes): Sql {
  const sorted = [...query.criteria].sort((a, b) => rank(a) - rank(b))
  const [first, ...rest] = sorted
  const parts: Sql[] = []
  const driven = first !== undefined && rank(first) < 90
  if (!driven) parts.push(sql('r.rtype = ? AND r.deleted = 0', query.resourceType))
  if (first) parts.push(driven ? drive(first, query.resourceType, valueSets) : probe(first, 'r', valueSets))
  parts.push(...rest.map((criterion) => probe(criterion, 'r', valueSets)))
  return join(parts, ' AND ')
}

/** How few rows a criterion is expected to leave; 90 and above cannot drive. */
function rank(criterion: Criterion): number {
  if (criterion.kind === 'id') return 0
  if (criterion.kind === 'lastUpdated') return 95
  if (criterion.kind === 'has') return 60
  if (criterion.kind === 'chain') return 50
  if (criterion.modifier?.kind === 'missing' || criterion.modifier?.kind === 'not') return 90
  const { type, code } = criterion.parameter
  if (code === 'identifier') return 10
  return { reference: 20, string: 30, uri: 35, token: 40, date: 55, quantity: 65, number: 65 }[type]
}

function drive(criterion: Criterion, resourceType: string, valueSets: ValueSetCodes): Sql {
  if (criterion.kind === 'id') {
    return wrap(`(r.rtype = ? AND r.deleted = 0 AND `, idIn(criterion.values, 'r', resourceType), ')')
  }
  if (criterion.kind === 'parameter') {
    const { table, condition } = rowCondition(criterion, valueSets)
    return wrap(`r.rid IN (SELECT x.rid FROM ix_${table} x WHERE `, condition, ')')
  }
  if (criterion.kind === 'lastUpdated') return probe(criterion, 'r', valueSets)
  return wrap(`r.rid IN (`, linkSql(criterion, valueSets, true), ')')
}

function probe(criterion: Criterion, alias: string, valueSets: ValueSetCodes): Sql {
  switch (criterion.kind) {
    case 'id':
      return idIn(criterion.values, alias)
    case 'lastUpdated':
      return anyOf(criterion.values.map((value) => lastUpdatedSql(value, alias)))
    case 'has':
    case 'chain':
      return wrap(`${alias}.rid IN (`, linkSql(criterion, valueSets, false), ')')
    case 'parameter': {
      if (criterion.modifier?.kind === 'missing') return missingSql(criterion.parameter, criterion.values, alias)
      const { table, condition } = rowCondition(criterion, valueSets)
      const exists = criterion.modifier?.kind === 'not' ? 'NOT EXISTS' : 'EXISTS'
      return wrap(`${exists} (SELECT 1 FROM ix_${table} x WHERE x.rid = ${alias}.rid AND `, condition, ')')
    }
    default:
      throw criterion satisfies never
  }
}

function idIn(values: string[], alias: string, resourceType?: string): Sql {
  const list = sql(`${alias}.id IN (${values.map(() => '?').join(', ')})`, ...values.map(unescapeValue))
  return resourceType === undefined ? list : { text: list.text, params: [resourceType, ...list.params] }
}

/** Row numbers reached through a reference: forward (chain) or backward (_has). */
function linkSql(
  criterion: Extract<Criterion, { kind: 'chain' | 'has' }>,
  valueSets: ValueSetCodes,
  _driving: boolean
): Sql {
  if (criterion.kind === 'chain') {
    return join(
      criterion.links.map(({ resourceType, criterion: inner }) => {
        const target = whereOf('t', resourceType, inner, valueSets)
        return {
          text: `SELECT l.rid FROM resource t JOIN ix_reference l ON l.p = ? AND l.id = t.id AND l.rtype = t.rtype WHERE ${target.text}`,
          params: [criterion.parameter.p, ...target.params]
        }
      }),
      ' UNION '
    )
  }
  const source = whereOf('s', criterion.parameter.resourceType, criterion.criterion, valueSets)
  return {
    text: `SELECT t.rid FROM resource s JOIN ix_reference l ON l.p = ? AND l.rid = s.rid JOIN resource t ON t.rtype = l.rtype AND t.id = l.id AND t.deleted = 0 WHERE ${source.text}`,
    params: [criterion.parameter.p, ...source.params]
  }
}

function whereOf(alias: string, resourceType: string, criterion: Criterion, valueSets: ValueSetCodes): Sql {
  if (criterion.kind === 'parameter' && rank(criterion) < 90) {
    const { table, condition } = rowCondition(criterion, valueSets)
    return wrap(`${alias}.rid IN (SELECT x.rid FROM ix_${table} x WHERE `, condition, ')')
  }
  const inner = probe(criterion, alias, valueSets)
  return {
    text: `${alias}.rtype = ? AND ${alias}.deleted = 0 AND ${inner.text}`,
    params: [resourceType, ...inner.params]
  }
}

function missingSql(parameter: Parameter, values: string[], alias: string): Sql {
  const has = (table: string, p: number): Sql =>
    sql(`SELECT 1 FROM ix_${table} x WHERE x.rid = ${alias}.rid AND x.p = ?`, p)
  const parts = [wrap('EXISTS (', has(parameter.type, parameter.p), ')')]
  if (parameter.type === 'reference') {
    parts.push(wrap('EXISTS (', has('token', identifierParam(parameter.resourceType, parameter.code)), ')'))
  }
  const present = wrap('(', join(parts, ' OR '), ')')
  return anyOf(values.map((value) => (value === 'true' ? wrap('NOT ', present, '') : present)))
}

type ParameterCriterion = Extract<Criterion, { kind: 'parameter' }>

/** The table of a criterion and the condition on its rows (alias x), all values joined by OR. */
function rowCondition(criterion: ParameterCriterion, valueSets: ValueSetCodes): { table: string; condition: Sql } {
  const { parameter, modifier, values } = criterion
  const table = modifier?.kind === 'identifier' ? 'token' : parameter.type
  const p = modifier?.kind === 'identifier' ? identifierParam(parameter.resourceType, parameter.code) : parameter.p
  const parts = values.map((value) => valueCondition(parameter, modifier, value, valueSets))
  return {
    table,
    condition: wrap('x.p = ? AND ', { text: anyOf(parts).text, params: [p, ...anyOf(parts).params] }, '')
  }
}

function valueCondition(parameter: Parameter, modifier: Modifier, value: string, valueSets: ValueSetCodes): Sql {
  if (modifier?.kind === 'identifier') return tokenSql(value)
  switch (parameter.type) {
    case 'token':
      return modifier?.kind === 'in' ? inSql(parameter, value, valueSets) : tokenSql(value)
    case 'string':
      return stringSql(modifier, unescapeValue(value))
    case 'reference':
      return referenceSql(parameter, modifier, unescapeValue(value))
    case 'uri':
      return sql('x.value = ?', unescapeValue(value))
    case 'date':
      return dateSql(parameter.code, value)
    case 'number':
      return numberSql(parameter.code, value)
    case 'quantity':
      return quantitySql(parameter.code, value)
    default:
      throw parameter.type satisfies never
  }
}

function tokenSql(value: string): Sql {
  const [first = '', second] = splitEscaped(value, '|').map(unescapeValue) as [string, string?]
  if (second === undefined) return sql('x.code = ?', first)
  if (second === '') return sql('x.system = ?', first)
  return sql('(x.code = ? AND x.system = ?)', second, first)
}

function inSql(parameter: Parameter, url: string, valueSets: ValueSetCodes): Sql {
  const codes = valueSets(unescapeValue(url))
  if (!codes) throw unsupported(`${parameter.code}:in`, 'value-set')
  if (codes.length === 0) return sql('1 = 0')
  // Elements of type code carry no system of their own: their code alone decides.
  return anyOf(codes.map(({ system, code }) => sql("(x.code = ? AND x.system IN (?, ''))", code, system)))
}

function stringSql(modifier: Modifier, value: string): Sql {
  if (modifier?.kind === 'exact') return sql('(x.norm = ? AND x.exact = ?)', normaliseText(value), value)
  const norm = normaliseText(value)
  if (modifier?.kind === 'contains') return sql("x.norm LIKE ? ESCAPE '\\'", `%${norm.replace(/[\\%_]/g, '\\$&')}%`)
  return sql('(x.norm >= ? AND x.norm < ?)', norm, norm + TOP)
}

function referenceSql(parameter: Parameter, modifier: Modifier, value: string): Sql {
  if (modifier?.kind === 'type')
    return sql('(x.id = ? AND x.rtype = ?)', value.replace(/^[A-Za-z]+\//, ''), modifier.resourceType)
  const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/.exec(value)
  if (relative) return sql('(x.id = ? AND x.rtype = ?)', relative[2]!, relative[1]!)
  if (/^[A-Za-z0-9\-.]{1,64}$/.test(value)) {
    const only = parameter.targets.length === 1 ? parameter.targets[0] : undefined
    return only ? sql('(x.id = ? AND x.rtype = ?)', value, only) : sql('x.id = ?', value)
  }
  return sql("(x.id = '' AND x.rtype = '' AND x.url = ?)", value)
}

/** How two stretches compare (FHIR R4 search, prefix): the parameter's [lo, hi) against the row's. */
function rangeSql(prefix: Prefix, [lo, hi]: DateRange, low: string, high: string, now = Date.now()): Sql {
  switch (prefix) {
    case 'eq':
      // That the row begins before the end follows from the rest, and keeps the index to a few rows.
      return sql(`(${low} >= ? AND ${low} < ? AND ${high} <= ?)`, lo, hi, hi)
    case 'ne':
      return sql(`NOT (${low} >= ? AND ${high} <= ?)`, lo, hi)
    case 'gt':
      return sql(`${high} > ?`, hi)
    case 'lt':
      return sql(`${low} < ?`, lo)
    case 'ge':
      return sql(`${high} > ?`, lo)
    case 'le':
      return sql(`${low} < ?`, hi)
    case 'sa':
      return sql(`${low} >= ?`, hi)
    case 'eb':
      return sql(`${high} <= ?`, lo)
    case 'ap': {
      const slack = Math.abs(now - lo) * 0.1
      return sql(`(${low} < ? AND ${high} > ?)`, Math.round(hi + slack), Math.round(lo - slack))
    }
    default:
      throw prefix satisfies never
  }
}

function dateSql(code: string, value: string): Sql {
  const [prefix, text] = splitPrefix(value)
  const range = parseDate(text)
  if (!range) throw unsupported(code, 'value')
  return rangeSql(prefix, range, 'x.lo', 'x.hi')
}

function lastUpdatedSql(value: string, alias: string): Sql {
  const [prefix, text] = splitPrefix(value)
  const range = parseDate(text)
  if (!range) throw unsupported('_lastUpdated', 'value')
  const instants = range.map((ms) => new Date(ms).toISOString())
  const [lo, hi] = instants as [string, string]
  const column = `${alias}.updated`
  switch (prefix) {
    case 'eq':
      return sql(`(${column} >= ? AND ${column} < ?)`, lo, hi)
    case 'ne':
      return sql(`(${column} < ? OR ${column} >= ?)`, lo, hi)
    case 'gt':
    case 'sa':
      return sql(`${column} >= ?`, hi)
    case 'lt':
    case 'eb':
      return sql(`${column} < ?`, lo)
    case 'ge':
      return sql(`${column} >= ?`, lo)
    case 'le':
      return sql(`${column} < ?`, hi)
    case 'ap':
      throw unsupported('_lastUpdated', 'prefix')
    default:
      throw prefix satisfies never
  }
}

/** Values are points; the search value is the range its digits imply for eq and ne, a point for the others. */
function pointSql(prefix: Prefix, { value, half }: { value: number; half: number }): Sql {
  switch (prefix) {
    case 'eq':
      return sql('(x.value >= ? AND x.value < ?)', value - half, value + half)
    case 'ne':
      return sql('(x.value < ? OR x.value >= ?)', value - half, value + half)
    case 'gt':
    case 'sa':
      return sql('x.value > ?', value)
    case 'lt':
    case 'eb':
      return sql('x.value < ?', value)
    case 'ge':
      return sql('x.value >= ?', value)
    case 'le':
      return sql('x.value <= ?', value)
    case 'ap':
      return sql('(x.value >= ? AND x.value <= ?)', value - Math.abs(value) * 0.1, value + Math.abs(value) * 0.1)
    default:
      throw prefix satisfies never
  }
}

function numberSql(code: string, text: string): Sql {
  const [prefix, rest] = splitPrefix(text)
  const number = parseNumber(rest)
  if (!number) throw unsupported(code, 'value')
  return pointSql(prefix, number)
}

/** 'value', 'value|system|code' or 'value||code', where the last matches code or unit. */
function quantitySql(code: string, text: string): Sql {
  const [prefix, rest] = splitPrefix(text)
  const [numberText = '', system, unit, more] = splitEscaped(rest, '|').map(unescapeValue)
  const number = parseNumber(numberText)
  if (!number || more !== undefined) throw unsupported(code, 'value')
  const parts = [pointSql(prefix, number)]
  if (system) parts.push(sql('x.system = ?', system))
  if (unit) parts.push(system ? sql('x.code = ?', unit) : sql('(x.code = ? OR x.unit = ?)', unit, unit))
  return wrap('(', join(parts, ' AND '), ')')
}
