import type { Resource } from '@medplum/fhirtypes'
import { parseJson, stringifyJson } from '../../core/json-numbers.ts'

/** JSON as it is stored: versionId and lastUpdated are columns, so that equal content is equal text. */
export function toStoredJson(resource: Resource): string {
  const { meta, ...rest } = resource
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta ?? {}
  return stringifyJson(Object.keys(kept).length > 0 ? { ...rest, meta: kept } : rest)
}

/** The resource of a stored JSON with its version in meta. */
export function fromStoredJson<T extends Resource>(json: string, version: number, updated: string): T & { id: string } {
  const { resourceType, id, meta, ...rest } = parseJson(json) as Resource
  return { resourceType, id, meta: { versionId: String(version), lastUpdated: updated, ...meta }, ...rest } as T & {
    id: string
  }
}

/** The same dressing for a resource that is at hand. */
export function withVersion<T extends Resource>(resource: T, version: number, updated: string): T & { id: string } {
  const { versionId: _version, lastUpdated: _updated, ...kept } = resource.meta ?? {}
  return { ...resource, meta: { versionId: String(version), lastUpdated: updated, ...kept } } as T & { id: string }
}
