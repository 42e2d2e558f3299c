import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Projection } from './project.ts'
import type { LoopSource } from './source.ts'

const PAGE = 500

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

/** All matches of a query, page after page from the time of the last one seen. */
async function* everything(store: FhirStore, query: string): AsyncIterable<Resource & { id: string }> {
  let since = ''
  let atSince = new Set<string>()
  for (;;) {
    const from = since ? `&_lastUpdated=ge${since}` : ''
    const page = await store.search<Resource & { id: string }>(`${query}&_sort=_lastUpdated&_count=${PAGE}${from}`)
    const fresh = page.filter(({ id }) => !atSince.has(id))
    yield* fresh
    if (page.length < PAGE) return
    if (fresh.length === 0) throw new AppError('STORE_UNAVAILABLE', { reason: 'page-of-one-instant' })
    since = page.at(-1)?.meta?.lastUpdated ?? ''
    atSince = new Set(page.flatMap(({ id, meta }) => (meta?.lastUpdated === since ? [id] : [])))
  }
}
