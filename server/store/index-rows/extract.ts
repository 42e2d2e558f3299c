import type { Resource } from '@medplum/fhirtypes'
import { dateRange } from '../search/dates.ts'
import { type Parameter, parametersOf } from '../search/parameters.ts'
import type { Leaf, Step } from './paths.ts'
import { emptyRows, type IndexRows, MAX_TEXT, normaliseText, paramId } from './rows.ts'

type Json = Record<string, unknown>

/** All index rows of one resource version. */
export function extractRows(resource: Resource): IndexRows {
  const rows = emptyRows()
  for (const parameter of parametersOf(resource.resourceType).values()) {
    if (parameter.leaves[0]?.presence) {
      const values = parameter.leaves.flatMap((leaf) => collect(resource, leaf))
      rows.token.push([parameter.p, '', String(values.length > 0 && values[0] !== false)])
      continue
    }
    for (const leaf of parameter.leaves) {
      follow(resource, leaf.steps, 0, (value) => add(rows, parameter, leaf.type, value))
    }
  }
  return rows
}

function collect(resource: unknown, leaf: Leaf): unknown[] {
  const values: unknown[] = []
  follow(resource, leaf.steps, 0, (value) => values.push(value))
  return values
}

function follow(value: unknown, steps: readonly Step[], at: number, emit: (value: unknown) => void): void {
  if (at === steps.length) {
    emit(value)
    return
  }
  const step = steps[at]!
  const child = (value as Json)[step.key]
  if (child === undefined || child === null) return
  if (!Array.isArray(child)) {
    if (holds(child, step)) follow(child, steps, at + 1, emit)
    return
  }
  for (const item of step.first ? child.slice(0, 1) : child) {
    if (item !== null && holds(item, step)) follow(item, steps, at + 1, emit)
  }
}

function holds(value: unknown, { targetType, equals }: Step): boolean {
  if (targetType !== undefined) {
    const { reference, type } = value as { reference?: string; type?: string }
    return type === targetType || (typeof reference === 'string' && isReferenceTo(reference, targetType))
  }
  return equals === undefined || (value as Json)[equals[0]] === equals[1]
}

const isReferenceTo = (reference: string, type: string): boolean =>
  reference.startsWith(`${type}/`) || reference.includes(`/${type}/`)

function add(rows: IndexRows, parameter: Parameter, type: string, value: unknown): void {
  const { p } = parameter
  switch (parameter.type) {
    case 'token':
      addToken(rows, p, type, value)
      return
    case 'string':
      addString(rows, p, type, value)
      return
    case 'reference':
      addReference(rows, parameter, value)
      return
    case 'date': {
      const range = dateRange(type, value)
      if (range) rows.date.push([p, ...range])
      return
    }
    case 'number':
      if (typeof value === 'number') rows.number.push([p, value])
      return
    case 'quantity':
      addQuantity(rows, p, type, value as Json)
      return
    case 'uri':
      if (typeof value === 'string') rows.uri.push([p, value.slice(0, MAX_TEXT)])
      return
    default:
      parameter.type satisfies never
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function addToken(rows: IndexRows, p: number, type: string, value: unknown): void {
  const push = (system: unknown, code: unknown): void => {
    if (typeof code === 'string' && code !== '') rows.token.push([p, text(system), code.slice(0, MAX_TEXT)])
  }
  if (typeof value !== 'object') {
    push('', String(value))
    return
  }
  const object = value as Json
  if (type === 'CodeableConcept') {
    const codings: unknown = object['coding']
    for (const coding of Array.isArray(codings) ? (codings as Json[]) : []) push(coding?.['system'], coding?.['code'])
  } else if (type === 'Identifier') push(object['system'], object['value'])
  // A contact point's system is a kind (phone, email), not the namespace that 'system|' asks for.
  else if (type === 'ContactPoint') push('', object['value'])
  else push(object['system'], object['code'])
}

const NAME_PARTS: Record<string, readonly string[]> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
  CodeableConcept: ['text']
}

function addString(rows: IndexRows, p: number, type: string, value: unknown): void {
  const push = (part: unknown): void => {
    if (typeof part === 'string') rows.string.push([p, normaliseText(part.slice(0, MAX_TEXT)), part.slice(0, MAX_TEXT)])
  }
  if (typeof value !== 'object') {
    push(value)
    return
  }
  for (const key of NAME_PARTS[type] ?? []) {
    const part = (value as Json)[key]
    if (Array.isArray(part)) part.forEach(push)
    else push(part)
  }
}

function addReference(rows: IndexRows, { p, resourceType, code }: Parameter, value: unknown): void {
  const reference = typeof value === 'string' ? value : (value as Json)['reference']
  if (typeof reference === 'string' && !reference.startsWith('#')) {
    const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.+)?$/.exec(reference)
    rows.reference.push(relative ? [p, relative[1]!, relative[2]!, ''] : [p, '', '', reference.slice(0, MAX_TEXT)])
  }
  const identifier = typeof value === 'object' ? ((value as Json)['identifier'] as Json | undefined) : undefined
  if (identifier) addToken(rows, identifierParam(resourceType, code), 'Identifier', identifier)
}

/** Where the identifiers of a reference parameter lie, for `:identifier`. */
export const identifierParam = (resourceType: string, code: string): number =>
  paramId(resourceType, `${code}:identifier`)

/** Deviation: Range and SampledData are not indexed for quantity search; a Range has no one value to compare. */
function addQuantity(rows: IndexRows, p: number, type: string, object: Json): void {
  if (typeof object['value'] !== 'number') return
  if (type === 'Money') {
    rows.quantity.push([p, object['value'], 'urn:iso:std:iso:4217', text(object['currency']), text(object['currency'])])
  } else if (type !== 'Range' && type !== 'SampledData') {
    rows.quantity.push([p, object['value'], text(object['system']), text(object['code']), text(object['unit'])])
  }
}
