import { AppError } from '../../core/errors/app-error.ts'

/**
 * Limits of one resource (hardening A3-40); generous beside any clinical content. Validation takes some 20 microseconds an
 * element in the thread that also answers: 50,000 hold it up for about a second.
 */
export const LIMITS = { depth: 48, elements: 50_000, contained: 1000, stringChars: 24 * 1024 * 1024 } as const

/** Keys that mean something to JavaScript objects and nothing to FHIR (hardening A3-38). */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const RELATIVE = /^([A-Z][A-Za-z]{1,63}\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

export interface Inspection {
  /** Relative references as 'Type/id' with the position of the Reference. */
  references: [reference: string, at: string][]
}

/**
 * One walk over a resource: refuses what is too deep or too wide, keys that would touch prototypes, numbers JSON cannot
 * carry, and references that cannot stand in a stored resource; collects the relative references.
 *
 * @throws AppError FHIR_INVALID, or FHIR_REFERENCE_MISSING for a '#' reference to nothing, a conditional reference and an
 * unresolved 'urn:hisbundle:' placeholder
 */
export function inspect(
  resource: { resourceType: string; contained?: unknown },
  { maxElements = LIMITS.elements }: { maxElements?: number } = {}
): Inspection {
  const references: [string, string][] = []
  const contained = containedIds(resource.contained)
  const path: (string | number)[] = [resource.resourceType]
  // The entries of a stored Bundle refer to each other by rules of their own (fullUrl).
  const isBundle = resource.resourceType === 'Bundle'
  let elements = 0

  const here = (): string =>
    path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
      ''
    )
  const refuse = (reason: string): never => {
    throw new AppError('FHIR_INVALID', { at: here(), reason })
  }

  function visitReference(reference: string): void {
    if (reference.startsWith('#')) {
      if (reference.length > 1 && !contained.has(reference.slice(1))) {
        throw new AppError('FHIR_REFERENCE_MISSING', { at: here(), reason: 'contained' })
      }
      return
    }
    const relative = RELATIVE.exec(reference)
    if (relative) references.push([relative[1]!, here()])
    else if (reference.startsWith('urn:hisbundle:')) {
      throw new AppError('FHIR_REFERENCE_MISSING', { at: here(), reason: 'placeholder' })
    } else if (!/^[a-z][a-z0-9+.-]*:/i.test(reference)) {
      throw new AppError('FHIR_REFERENCE_MISSING', {
        at: here(),
        reason: reference.includes('?') ? 'conditional' : 'form'
      })
    }
  }

  function visit(value: unknown): void {
    if (++elements > maxElements) refuse('too-many-elements')
    if (typeof value === 'string') {
      if (value.length > LIMITS.stringChars) refuse('too-long')
      return
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) refuse('number')
      return
    }
    if (value === null || typeof value !== 'object') return
    if (path.length > LIMITS.depth) refuse('too-deep')
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        path.push(i)
        visit(value[i])
        path.pop()
      }
      return
    }
    for (const key of Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) refuse('key')
      const child = (value as Record<string, unknown>)[key]
      if (key === 'reference' && typeof child === 'string' && !isBundle) {
        visitReference(child)
        continue
      }
      path.push(key)
      visit(child)
      path.pop()
    }
  }

  visit(resource)
  return { references }
}

function containedIds(contained: unknown): Set<string> {
  const ids = new Set<string>()
  if (!Array.isArray(contained)) return ids
  if (contained.length > LIMITS.contained) throw new AppError('FHIR_INVALID', { at: 'contained', reason: 'too-many' })
  for (const resource of contained as { id?: unknown }[]) {
    if (typeof resource?.id === 'string') ids.add(resource.id)
  }
  return ids
}
