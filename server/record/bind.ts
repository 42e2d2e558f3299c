import type { Reference, Resource } from '@medplum/fhirtypes'
import { ENCOUNTER, SUBJECT } from '../../core/decoded.ts'
import { sameTexts } from '../../core/json-numbers.ts'
import { EXTENSION, sourceOf, TAG, withExtension, withTag } from './marks.ts'

export interface Binding {
  /** 'Patient/..' whose record this goes to (the survivor). */
  subject: string
  /** 'Patient/..' that the message named; kept for ever, so that a merge can be taken back (rules section 2). */
  originalSubject: string
  encounter?: string
  encounterInferred: boolean
  /** Business key -> 'Type/id', also of resources that other messages brought. */
  refer(businessKey: string): string | undefined
  envelopeId: string
  /** Instant of MSH-7, when the message has one. */
  assertedAt?: string
  test: boolean
  replayed: boolean
}

/** A decoded resource with every placeholder replaced; a reference to something that is not here is left out. */
export function bind<T extends Resource>(resource: T, id: string, binding: Binding): T & { id: string } {
  const bound = replace(resource, binding) as T & { id: string }
  bound.id = id
  bound.meta = { ...bound.meta, source: sourceOf(binding.envelopeId) }
  let marked = withExtension(bound, {
    url: EXTENSION.originalSubject,
    valueReference: { reference: binding.originalSubject }
  })
  if (binding.assertedAt)
    marked = withExtension(marked, { url: EXTENSION.assertedAt, valueInstant: binding.assertedAt })
  if (binding.test) marked = withTag(marked, TAG.test)
  if (binding.replayed) marked = withTag(marked, TAG.replayed)
  if (binding.encounterInferred && 'encounter' in marked) marked = withTag(marked, TAG.encounterInferred)
  return marked
}

function replace(value: unknown, binding: Binding): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, binding)).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const reference = (value as Reference).reference
  if (typeof reference === 'string' && reference.startsWith('urn:hisbundle:')) {
    const target = resolve(reference, binding)
    return target ? { ...value, reference: target } : undefined
  }
  const entries = Object.entries(value)
    .map(([key, item]) => [key, replace(item, binding)] as const)
    .filter(([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0))
  return sameTexts(value, Object.fromEntries(entries))
}

function resolve(reference: string, binding: Binding): string | undefined {
  if (reference === SUBJECT) return binding.subject
  if (reference === ENCOUNTER) return binding.encounter
  return binding.refer(reference.slice('urn:hisbundle:key:'.length))
}
