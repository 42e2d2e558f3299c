import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '@medplum/fhirtypes'
import type { FhirStore, StoreWrite } from '../../core/fhir-store.ts'
import { parseJson, stringifyJson } from '../../core/json-numbers.ts'
import { hasTag, TAG, withTag } from './marks.ts'

/**
 * Writes that say what is stored already keep the source of what is stored, so that the store sees them as equal: a message
 * that was sent again under a new envelope (its sender never got the answer before a crash) makes no second version, and
 * neither does one that is replayed: the mark of a replay is for what the replay brings, not for what was there.
 */
export function keepSource(store: Pick<FhirStore, 'read'>, writes: readonly StoreWrite[]): Promise<StoreWrite[]> {
  return Promise.all(
    writes.map(async (write) => {
      const { resource } = write
      const stored = write.remove ? undefined : await store.read<Resource>(resource.resourceType, resource.id)
      if (!stored?.meta?.source) return write
      if (!isDeepStrictEqual(content(stored), content(resource))) return write
      const isReplayed = hasTag(stored, TAG.replayed)
      const marked = withTag(resource, TAG.replayed, isReplayed) as typeof resource
      return { ...write, resource: { ...marked, meta: { ...marked.meta, source: stored.meta.source } } }
    })
  )
}

/** Without what each version and each envelope has of its own. As JSON, in which absent and undefined are one. */
function content(resource: Resource): unknown {
  const { meta, ...rest } = withTag(resource, TAG.replayed, false)
  const { versionId: _v, lastUpdated: _l, source: _s, ...marks } = meta ?? {}
  return parseJson(stringifyJson({ ...rest, meta: marks }))
}
