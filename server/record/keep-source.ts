import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '@medplum/fhirtypes'
import type { FhirStore, StoreWrite } from '../../core/fhir-store.ts'

/**
 * Writes that say what is stored already keep the source of what is stored, so that the store sees them as equal: a message
 * that was sent again under a new envelope (its sender never got the answer before a crash) makes no second version.
 */
export function keepSource(store: Pick<FhirStore, 'read'>, writes: readonly StoreWrite[]): Promise<StoreWrite[]> {
  return Promise.all(
    writes.map(async (write) => {
      const { resource } = write
      const stored = write.remove ? undefined : await store.read<Resource>(resource.resourceType, resource.id)
      if (!stored?.meta?.source || stored.meta.source === resource.meta?.source) return write
      if (!isDeepStrictEqual(content(stored), content(resource))) return write
      return { ...write, resource: { ...resource, meta: { ...resource.meta, source: stored.meta.source } } }
    })
  )
}

/** Without what each version and each envelope has of its own. As JSON, in which absent and undefined are one. */
function content({ meta, ...rest }: Resource): unknown {
  const { versionId: _v, lastUpdated: _l, source: _s, ...marks } = meta ?? {}
  return JSON.parse(JSON.stringify({ ...rest, meta: marks }))
}
