import type { Resource } from '@medplum/fhirtypes'

const LITERAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/
/** System of the identifier by which something is named that stays with us: its value is our reference, with the version. */
const OURS = 'urn:hisbundle:reference'

/**
 * A copy in which every reference is good at the other server: to what travels along literally (without version, which is
 * ours), to anything else logically (R4 references.html#logical), by type and our own reference. A literal reference to what
 * is not there would be refused by a server that keeps referential integrity.
 *
 * @param along 'Type/id' of what travels in the same bundle, and how it is referred to there
 */
export function portable<T extends Resource>(resource: T, along: ReadonlyMap<string, string>): T {
  return rewrite(resource, along) as T
}

function rewrite(value: unknown, along: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, along))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, rewrite(child, along)] as const)
  const copy = Object.fromEntries(entries) as Record<string, unknown>
  const [, type, id] = typeof copy.reference === 'string' ? (LITERAL.exec(copy.reference) ?? []) : []
  if (type === undefined || id === undefined) return copy
  const there = along.get(`${type}/${id}`)
  if (there !== undefined) return { ...copy, reference: there }
  const { reference, ...rest } = copy
  return { ...rest, type, identifier: { system: OURS, value: reference } }
}

/** 'Type/id' of every literal reference in a resource. */
export function referencesOf(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesOf(item, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      const [, type, id] = key === 'reference' && typeof child === 'string' ? (LITERAL.exec(child) ?? []) : []
      if (type !== undefined) found.add(`${type}/${id}`)
      else referencesOf(child, found)
    }
  }
  return found
}
