import type { Compiled } from './compile.ts'

/** Words for readers that the validator does not need; they stand in the differential and in FHIR itself. */
const PROSE = ['definition', 'comment', 'requirements', 'alias', 'mapping', 'example', 'isModifierReason', 'short']

interface Element {
  constraint?: Record<string, unknown>[]
  [name: string]: unknown
}

/**
 * A compiled resource as it is committed: without narrative and date; snapshots keep all that constrains (paths,
 * cardinality, types, patterns, bindings, slices, invariants) and lose the prose inherited from FHIR.
 */
export function compact(resource: Compiled): Compiled {
  const { text: _narrative, date, ...rest } = resource
  // A definition's date is that of its compilation; a report's is its own.
  const kept = rest.resourceType === 'MeasureReport' ? { ...rest, date } : rest
  const snapshot = kept.snapshot as { element: Element[] } | undefined
  if (snapshot === undefined) return kept as Compiled
  return { ...(kept as Compiled), snapshot: { element: snapshot.element.map(withoutProse) } }
}

function withoutProse(element: Element): Element {
  const kept = Object.fromEntries(Object.entries(element).filter(([name]) => !PROSE.includes(name))) as Element
  if (kept.constraint) kept.constraint = kept.constraint.map(({ xpath: _xpath, requirements: _why, ...rest }) => rest)
  return kept
}
