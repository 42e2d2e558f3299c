import type { FhirStore } from '../../core/fhir-store.ts'
import { everything } from './everything.ts'
import type { Projection } from './project.ts'
import type { LoopSource } from './source.ts'

/**
 * Makes the rows of every source anew from the FHIR record: results that were never noted are noted, those that are gone are
 * dropped. May run while changes are being handled.
 *
 * @returns how many leading results were read
 */
export async function rebuild(
  store: FhirStore,
  sources: readonly LoopSource[],
  projection: Pick<Projection, 'noteResult'>
): Promise<{ results: number }> {
  const seen = new Set<string>()
  for (const search of new Set(sources.flatMap(({ searches }) => searches)))
    for await (const resource of everything(store, search)) {
      const reference = `${resource.resourceType}/${resource.id}`
      if (seen.has(reference) || !sources.some((source) => source.leading(resource))) continue
      seen.add(reference)
      await projection.noteResult(reference, resource)
    }
  for (const { id } of sources) {
    const rows = await store.sql.all<{ result: string }>('SELECT result FROM loop_results WHERE source = ?', [id])
    for (const { result } of rows) if (!seen.has(result)) await projection.noteResult(result, undefined)
  }
  return { results: seen.size }
}
