import { AppError } from '../../../core/errors/app-error.ts'
import { definitions } from '../definitions.ts'
import { type Parameter, parametersOf } from './parameters.ts'
import { splitEscaped } from './values.ts'

/** One search criterion, understood: a parameter of this type, or a step to another resource and a criterion there. */
export type Criterion =
  | { kind: 'parameter'; parameter: Parameter; modifier: Modifier; values: string[] }
  | { kind: 'id'; values: string[] }
  | { kind: 'lastUpdated'; values: string[] }
  /** subject:Patient.name=x: one of `links` points at a resource that meets the criterion of its type. */
  | { kind: 'chain'; parameter: Parameter; links: { resourceType: string; criterion: Criterion }[] }
  /** _has:Observation:patient:code=x: a resource that meets the criterion points here by `parameter`. */
  | { kind: 'has'; parameter: Parameter; criterion: Criterion }

export type Modifier =
  | undefined
  | { kind: 'missing' | 'exact' | 'contains' | 'not' | 'identifier' | 'in' }
  | { kind: 'type'; resourceType: string }

export interface SortKey {
  key: '_id' | '_lastUpdated' | Parameter
  descending: boolean
}

export interface IncludeRule {
  parameter: Parameter
  target?: string
}

export interface Query {
  resourceType: string
  criteria: Criterion[]
  sort: SortKey[]
  count: number
  total: 'none' | 'accurate'
  summaryCount: boolean
  include: IncludeRule[]
  revinclude: IncludeRule[]
  elements: string[]
}

export const DEFAULT_COUNT = 50
export const MAX_COUNT = 1000
/** Criteria and values in one search at most: each becomes a part of one SQL statement. */
const MAX_CRITERIA = 40
const MAX_VALUES = 500

/** Parameters that say how to answer in general and change nothing about what is found. */
const PRESENTATION = new Set(['_format', '_pretty'])

/** Names of R4 parameters and modifiers are lower-case words and hyphens; identifiers, dates and people's names as written are not. */
const WORD = /^(?:_?[a-z][a-z-]{0,40}|_lastUpdated)$/

/** A refused part is named only when each of its words looks like a parameter's, so that no mistyped value is repeated. */
export function unsupported(part: string, reason: string): AppError {
  const isName = part.split(/[.:]/).every((word) => WORD.test(word) || definitions().resourceTypes.includes(word))
  return new AppError('FHIR_SEARCH_UNSUPPORTED', { at: isName ? part : undefined, reason })
}

/**
 * Understands a FHIR R4 search. Everything it does not support is refused, never ignored.
 *
 * @param pairs the decoded query in the order given
 * @throws AppError FHIR_SEARCH_UNSUPPORTED naming the part
 */
export function parseQuery(resourceType: string, pairs: Iterable<readonly [string, string]>): Query {
  if (!definitions().resourceTypes.includes(resourceType)) throw unsupported(resourceType, 'resource-type')
  const query: Query = {
    resourceType,
    criteria: [],
    sort: [],
    count: DEFAULT_COUNT,
    total: 'none',
    summaryCount: false,
    include: [],
    revinclude: [],
    elements: []
  }
  for (const [name, value] of pairs) {
    if (PRESENTATION.has(name)) continue
    if (!readControl(query, name, value)) query.criteria.push(parseCriterion(resourceType, name, value, 1))
    if (query.criteria.length > MAX_CRITERIA) throw unsupported(name, 'too-many-criteria')
  }
  return query
}

/** Pairs of a query string; '+' is a space, as in forms. */
export const queryPairs = (text: string): [string, string][] => [...new URLSearchParams(text)]

function readControl(query: Query, name: string, value: string): boolean {
  switch (name) {
    case '_count':
      if (!/^\d{1,9}$/.test(value)) throw unsupported('_count', 'value')
      query.count = Math.min(Number(value), MAX_COUNT)
      if (query.count === 0) query.summaryCount = true
      return true
    case '_sort':
      query.sort.push(...value.split(',').map((part) => parseSort(query.resourceType, part)))
      return true
    case '_total':
      if (value !== 'none' && value !== 'accurate' && value !== 'estimate') throw unsupported('_total', 'value')
      query.total = value === 'none' ? 'none' : 'accurate'
      return true
    case '_summary':
      if (value !== 'count' && value !== 'false') throw unsupported('_summary', 'value')
      query.summaryCount ||= value === 'count'
      return true
    case '_elements':
      query.elements.push(...value.split(',').map((element) => parseElement(query.resourceType, element)))
      return true
    case '_include':
      query.include.push(parseInclude(value, query.resourceType, '_include'))
      return true
    case '_revinclude':
      query.revinclude.push(parseInclude(value, undefined, '_revinclude'))
      return true
    default:
      return false
  }
}

function parseElement(resourceType: string, element: string): string {
  const elements = definitions().schema(resourceType)?.elements ?? {}
  if (!Object.hasOwn(elements, element) && !Object.hasOwn(elements, `${element}[x]`))
    throw unsupported('_elements', 'element')
  return element
}

function parseSort(resourceType: string, part: string): SortKey {
  const descending = part.startsWith('-')
  const code = descending ? part.slice(1) : part
  if (code === '_id' || code === '_lastUpdated') return { key: code, descending }
  const parameter = parametersOf(resourceType).get(code)
  if (!parameter) throw unsupported(`_sort:${code}`, 'parameter')
  return { key: parameter, descending }
}

function parseInclude(value: string, source: string | undefined, name: string): IncludeRule {
  const [type = '', code = '', target, more] = value.split(':')
  const parameter = definitions().resourceTypes.includes(type) ? parametersOf(type).get(code) : undefined
  if (parameter?.type !== 'reference' || more !== undefined || (source && type !== source)) {
    throw unsupported(`${name}:${value}`, 'parameter')
  }
  if (target !== undefined && !definitions().resourceTypes.includes(target))
    throw unsupported(`${name}:${value}`, 'type')
  return { parameter, target }
}

function parseCriterion(resourceType: string, name: string, value: string, stepsLeft: number): Criterion {
  if (name.startsWith('_has:')) return parseHas(resourceType, name, value, stepsLeft)
  const dot = name.indexOf('.')
  if (dot > 0) return parseChain(resourceType, name, value, stepsLeft)
  const values = splitEscaped(value, ',')
  if (values.length > MAX_VALUES) throw unsupported(name, 'too-many-values')
  if (values.some((each) => each === '')) throw unsupported(name, 'empty-value')
  if (name === '_id') return { kind: 'id', values }
  if (name === '_lastUpdated') return { kind: 'lastUpdated', values }
  const [code, modifierText, more] = name.split(':') as [string, string?, string?]
  const parameter = parametersOf(resourceType).get(code)
  if (!parameter) throw unsupported(name, 'parameter')
  if (more !== undefined) throw unsupported(name, 'modifier')
  return { kind: 'parameter', parameter, modifier: parseModifier(parameter, modifierText, name, values), values }
}

const MODIFIERS: Record<Parameter['type'], readonly string[]> = {
  string: ['missing', 'exact', 'contains'],
  token: ['missing', 'not', 'in'],
  reference: ['missing', 'identifier'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  uri: ['missing']
}

function parseModifier(parameter: Parameter, text: string | undefined, name: string, values: string[]): Modifier {
  if (text === undefined) return undefined
  if (MODIFIERS[parameter.type].includes(text)) {
    if (text === 'missing' && !values.every((value) => value === 'true' || value === 'false')) {
      throw unsupported(name, 'value')
    }
    return { kind: text as 'missing' | 'exact' | 'contains' | 'not' | 'identifier' | 'in' }
  }
  if (parameter.type === 'reference' && definitions().resourceTypes.includes(text)) {
    return { kind: 'type', resourceType: text }
  }
  throw unsupported(name, 'modifier')
}

function parseChain(resourceType: string, name: string, value: string, stepsLeft: number): Criterion {
  const dot = name.indexOf('.')
  const [code, type, more] = name.slice(0, dot).split(':') as [string, string?, string?]
  const parameter = parametersOf(resourceType).get(code)
  if (stepsLeft === 0 || name.indexOf('.', dot + 1) > 0) throw unsupported(name, 'chain-of-more-than-one')
  if (parameter?.type !== 'reference' || more !== undefined) throw unsupported(name, 'chain')
  const types = type === undefined ? linkTypes(parameter) : [type]
  const rest = name.slice(dot + 1)
  const links = []
  for (const target of types) {
    if (!definitions().resourceTypes.includes(target)) throw unsupported(name, 'type')
    const inner = rest.split(':')[0]!
    const known = inner === '_id' || inner === '_lastUpdated' || parametersOf(target).has(inner)
    if (known) links.push({ resourceType: target, criterion: parseCriterion(target, rest, value, stepsLeft - 1) })
  }
  if (links.length === 0) throw unsupported(name, 'parameter')
  return { kind: 'chain', parameter, links }
}

/** A reference that may name anything is not chained through without a type: it would mean a search in all types. */
const linkTypes = (parameter: Parameter): readonly string[] =>
  parameter.targets.filter((target) => definitions().resourceTypes.includes(target)).slice(0, 20)

function parseHas(resourceType: string, name: string, value: string, stepsLeft: number): Criterion {
  const [, type = '', code = '', ...inner] = name.split(':')
  const parameter = definitions().resourceTypes.includes(type) ? parametersOf(type).get(code) : undefined
  if (stepsLeft === 0 || inner[0] === '_has' || inner.join(':').includes('.')) {
    throw unsupported(name, 'chain-of-more-than-one')
  }
  if (parameter?.type !== 'reference' || inner.length === 0) throw unsupported(name, 'chain')
  if (parameter.targets.length > 0 && !parameter.targets.some((t) => t === resourceType || t === 'Resource')) {
    throw unsupported(name, 'target')
  }
  return { kind: 'has', parameter, criterion: parseCriterion(type, inner.join(':'), value, 0) }
}
