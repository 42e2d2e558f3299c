import type { Identifier, Reference, Resource } from '@medplum/fhirtypes'
import { keyReference, SUBJECT } from '../../../core/decoded.ts'
import { sameTexts } from '../../../core/json-numbers.ts'
import type { Entry } from './entries.ts'
import { serverAuthority } from './subject-claim.ts'

/** What a reference of the bundle leads to. */
export type Target = { kind: 'patient'; key: string } | { kind: 'entry'; key: string }

/** By fullUrl, 'Type/id' and the bare urn of every entry. */
export function targetsOf(entries: readonly Entry[]): Map<string, Target> {
  const targets = new Map<string, Target>()
  for (const { resource, fullUrl, businessKey } of entries) {
    const target: Target = { kind: resource.resourceType === 'Patient' ? 'patient' : 'entry', key: businessKey }
    if (fullUrl) targets.set(fullUrl, target)
    if (resource.id) targets.set(`${resource.resourceType}/${resource.id}`, target)
  }
  return targets
}

/** The patient a reference names: an entry of the bundle, or someone by identifier only. */
export interface NamedPatient {
  /** Business key of the Patient entry, else a key made of the reference. */
  key: string
  /** When it is no entry: by what the reference names it. */
  identifier?: { system?: string; value: string }
}

/** Elements that say whose a resource is, in R4 (subject of most, patient, beneficiary, individual of a study). */
const SUBJECT_ELEMENTS = ['subject', 'patient', 'beneficiary', 'individual', 'for'] as const

/** Whose resource it is; undefined for a resource of nobody (Organization, Practitioner). */
export function patientOf(resource: Resource, targets: ReadonlyMap<string, Target>): NamedPatient | undefined {
  for (const element of SUBJECT_ELEMENTS) {
    const reference = (resource as unknown as Record<string, unknown>)[element]
    if (typeof reference !== 'object' || reference === null || Array.isArray(reference)) continue
    const named = namedPatient(reference as Reference, targets)
    if (named) return named
  }
  return undefined
}

function namedPatient(reference: Reference, targets: ReadonlyMap<string, Target>): NamedPatient | undefined {
  const text = typeof reference.reference === 'string' ? reference.reference : ''
  const target = targets.get(text)
  if (target) return target.kind === 'patient' ? { key: target.key } : undefined
  const isPatient = reference.type === 'Patient' || /(^|\/)Patient[/?]/.test(text)
  const identifier = reference.identifier?.value ? reference.identifier : conditional(text)
  // The bundle was not validated yet: a number of a patient is a text or none.
  if (
    typeof identifier?.value === 'string' &&
    identifier.value &&
    (isPatient || (reference.type === undefined && text === ''))
  ) {
    return {
      key: `${identifier.system ?? ''}|${identifier.value}`,
      identifier: {
        system: typeof identifier.system === 'string' ? identifier.system : undefined,
        value: identifier.value
      }
    }
  }
  const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(text)?.[1]
  return id ? { key: text, identifier: { value: id } } : undefined
}

/** 'Practitioner?identifier=system|value' of a conditional reference. */
function conditional(text: string): Identifier | undefined {
  const query = /^[A-Z][A-Za-z]+\?identifier=([^&|]*)\|([^&]+)$/.exec(text)
  if (!query) return undefined
  const [, system = '', value = ''] = query
  try {
    return { ...(system ? { system: decodeURIComponent(system) } : {}), value: decodeURIComponent(value) }
  } catch {
    return undefined
  }
}

/**
 * A copy with every reference made one of ours: to the group's patient SUBJECT; to another entry its key; what is not in
 * the bundle (relative, conditional, another patient) becomes a logical reference by identifier, so that it never points
 * to a resource of ours by accident. Contained (#) and absolute references to elsewhere stay.
 */
export function withReferences<T>(
  value: T,
  { targets, patient, feed }: { targets: ReadonlyMap<string, Target>; patient?: NamedPatient; feed: string }
): T {
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return sameTexts(item, item.map(walk))
    if (typeof item !== 'object' || item === null) return item
    const copied = sameTexts(item, Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, walk(inner)])))
    return typeof copied['reference'] === 'string'
      ? rewritten(copied as unknown as Reference & { reference: string })
      : copied
  }
  const rewritten = (reference: Reference & { reference: string }): Reference => {
    const { reference: text, ...rest } = reference
    const target = targets.get(text)
    if (target?.kind === 'entry') return { ...rest, reference: keyReference(target.key) }
    const named = namedPatient(reference, targets)
    if (named && named.key === patient?.key) return { ...rest, reference: SUBJECT }
    if (text.startsWith('#')) return reference
    if (!target && /^https?:\/\//.test(text)) return reference
    const identifier = rest.identifier ??
      conditional(text) ?? { system: `urn:hisbundle:${serverAuthority(feed)}`, value: text }
    return { ...rest, identifier }
  }
  const copied = walk(value) as T
  return patient ? withSubject(copied, patient) : copied
}

/** A subject that was named by identifier alone gets its reference as well. */
function withSubject<T>(resource: T, patient: NamedPatient): T {
  const record = resource as Record<string, unknown>
  for (const element of SUBJECT_ELEMENTS) {
    const reference = record[element] as Reference | undefined
    const { system = '', value } = reference?.identifier ?? {}
    if (reference && !reference.reference && value && `${system}|${value}` === patient.key) {
      return { ...resource, [element]: { ...reference, reference: SUBJECT } }
    }
  }
  return resource
}
