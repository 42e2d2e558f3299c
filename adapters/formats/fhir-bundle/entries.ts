import type { Bundle, Resource } from '@medplum/fhirtypes'
import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { businessKey } from './business-key.ts'
import { isResource } from './parse-json.ts'

/** Bundles that state what is; history, message and responses are another conversation. */
const BUNDLE_TYPES: readonly unknown[] = ['transaction', 'batch', 'collection', 'document', 'searchset']
const MAX_ENTRIES = 20_000

export interface Entry {
  resource: Resource
  fullUrl?: string
  businessKey: string
}

/**
 * Entries of a Bundle, or the resource alone, each with its business key.
 *
 * Key: 'fhir|<feed>|<Type>|<id>', where id is Resource.id, else 'system|value' of the first identifier, else the
 * fullUrl, else the place in the bundle. An identifier that two entries of one type share names neither.
 * Left out and noted: entries without resource, requests of DELETE or PATCH.
 * @throws AppError DECODE_FAILED, reasons 'bundle-type', 'entries', 'resource-type'
 */
export function entriesOf(resource: Resource, feed: string, notes: DecodeNote[]): Entry[] {
  const listed = resource.resourceType === 'Bundle' ? bundleEntries(resource, notes) : [{ resource }]
  const seen = new Set<string>()
  return listed.map((entry, index) => {
    const candidates = identities(entry.resource, entry.fullUrl)
    const keys = [...candidates, `entry-${index + 1}`].map((id) =>
      businessKey('fhir', feed, entry.resource.resourceType, id)
    )
    const key = keys.find((candidate) => !seen.has(candidate)) ?? `${keys.at(-1)}-again`
    seen.add(key)
    return { ...entry, businessKey: key }
  })
}

function bundleEntries(bundle: Bundle, notes: DecodeNote[]): { resource: Resource; fullUrl?: string }[] {
  if (!BUNDLE_TYPES.includes(bundle.type)) {
    throw new AppError('DECODE_FAILED', { at: 'Bundle.type', reason: 'bundle-type' })
  }
  const entries: unknown = bundle.entry ?? []
  if (!Array.isArray(entries) || entries.length > MAX_ENTRIES) {
    throw new AppError('DECODE_FAILED', { at: 'Bundle.entry', reason: 'entries' })
  }
  return entries.flatMap((entry: NonNullable<Bundle['entry']>[number] | null, index) => {
    const at = `Bundle.entry[${index}]`
    const method = entry?.request?.method
    if (!entry?.resource || method === 'DELETE' || method === 'PATCH') {
      notes.push({ code: 'content-ignored', at })
      return []
    }
    if (!isResource(entry.resource)) throw new AppError('DECODE_FAILED', { at, reason: 'resource-type' })
    const fullUrl = typeof entry.fullUrl === 'string' ? entry.fullUrl : undefined
    return [{ resource: entry.resource, ...(fullUrl ? { fullUrl } : {}) }]
  })
}

function identities(resource: Resource, fullUrl: string | undefined): string[] {
  const { id, identifier } = resource as { id?: unknown; identifier?: unknown }
  const first: unknown = Array.isArray(identifier) ? identifier[0] : identifier
  const { system = '', value } = (first ?? {}) as { system?: unknown; value?: unknown }
  return [
    ...(typeof id === 'string' && id !== '' ? [id] : []),
    ...(typeof value === 'string' && value !== '' ? [`${String(system)}|${value}`] : []),
    ...(fullUrl ? [fullUrl.replace(/^urn:uuid:/, '')] : [])
  ]
}
