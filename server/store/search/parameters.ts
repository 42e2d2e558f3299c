import type { SearchParameter } from '@medplum/fhirtypes'
import { definitions } from '../definitions.ts'
import { compilePaths, type Leaf } from '../index-rows/paths.ts'
import { paramId } from '../index-rows/rows.ts'

export type IndexedType = 'token' | 'string' | 'reference' | 'date' | 'number' | 'quantity' | 'uri'

/** A search parameter of one resource type that this store indexes and answers. */
export interface Parameter {
  resourceType: string
  code: string
  type: IndexedType
  /** Number of its index rows. */
  p: number
  /** Resource types a reference may point at; empty: any. */
  targets: readonly string[]
  leaves: readonly Leaf[]
  definition: SearchParameter
}

const INDEXED: readonly string[] = ['token', 'string', 'reference', 'date', 'number', 'quantity', 'uri']
/** Answered from columns of the resource table, or not by index at all. */
const NOT_INDEXED = new Set(['_id', '_lastUpdated', '_text', '_content', '_query', '_filter', '_list', '_has', '_type'])

const byType = new Map<string, ReadonlyMap<string, Parameter>>()

/**
 * The indexed parameters of a resource type by code, made from the published SearchParameters. Composite and special
 * parameters, and the one or other whose expression is not a path, are left out: a search by them is refused.
 */
export function parametersOf(resourceType: string): ReadonlyMap<string, Parameter> {
  let parameters = byType.get(resourceType)
  if (!parameters) {
    parameters = build(resourceType)
    byType.set(resourceType, parameters)
  }
  return parameters
}

function build(resourceType: string): Map<string, Parameter> {
  const out = new Map<string, Parameter>()
  for (const definition of definitions().searchParameters) {
    const applies = definition.base?.some((base) =>
      [resourceType, 'DomainResource', 'Resource'].includes(base as string)
    )
    if (!applies || !INDEXED.includes(definition.type) || NOT_INDEXED.has(definition.code)) continue
    const leaves = compilePaths(resourceType, definition.expression ?? '')
    if (leaves.length === 0) continue
    out.set(definition.code, {
      resourceType,
      code: definition.code,
      type: definition.type as IndexedType,
      p: paramId(resourceType, definition.code),
      targets: (definition.target ?? []) as string[],
      leaves,
      definition
    })
  }
  return out
}
