import { sameTexts } from '../../core/json-numbers.ts'

/**
 * A copy of a resource in which every text that is the fullUrl of an entry of the same transaction, alone or followed by
 * a fragment or version, names the resource that the entry became; narratives have them replaced inside (FHIR R4 http,
 * transaction processing rules). A resource without any is returned as it is.
 */
export function rewriteReferences<T>(resource: T, references: ReadonlyMap<string, string>): T {
  if (references.size === 0) return resource
  return rewrite(resource, references, '') as T
}

function rewrite(value: unknown, references: ReadonlyMap<string, string>, key: string): unknown {
  if (typeof value === 'string') return rewriteText(value, references, key)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    let changed = false
    const items = value.map((item) => {
      const next = rewrite(item, references, key)
      changed ||= next !== item
      return next
    })
    return changed ? sameTexts(value, items) : value
  }
  let changed = false
  const entries = Object.entries(value).map(([name, child]) => {
    const next = rewrite(child, references, name)
    changed ||= next !== child
    return [name, next] as const
  })
  // fromEntries defines properties, so that a key such as __proto__ stays a plain key.
  return changed ? sameTexts(value, Object.fromEntries(entries)) : value
}

function rewriteText(text: string, references: ReadonlyMap<string, string>, key: string): string {
  const exact = references.get(text)
  if (exact !== undefined) return exact
  if (key === 'div') {
    let out = text
    for (const [from, to] of references) out = out.replaceAll(`"${from}"`, `"${to}"`)
    return out
  }
  const cut = text.search(/#|\/_history\//)
  const stem = cut > 0 ? references.get(text.slice(0, cut)) : undefined
  return stem === undefined ? text : stem + text.slice(cut)
}

/** The conditional references ('Type?search') that stand in a resource. */
export function conditionalReferences(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, child] of Object.entries(value)) {
    if (key === 'reference' && typeof child === 'string' && /^[A-Z][A-Za-z]+\?/.test(child)) found.add(child)
    else conditionalReferences(child, found)
  }
  return found
}
