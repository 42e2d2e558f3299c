import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'

const PAGE = 500

/** All matches of a query, page after page from the time of the last one seen. */
export async function* everything<T extends Resource & { id: string }>(
  store: Pick<FhirStore, 'search'>,
  query: string
): AsyncIterable<T> {
  let since = ''
  let atSince = new Set<string>()
  for (;;) {
    const from = since ? `&_lastUpdated=ge${since}` : ''
    const page = await store.search<T>(`${query}&_sort=_lastUpdated&_count=${PAGE}${from}`)
    const fresh = page.filter(({ id }) => !atSince.has(id))
    yield* fresh
    if (page.length < PAGE) return
    if (fresh.length === 0) throw new AppError('STORE_UNAVAILABLE', { reason: 'page-of-one-instant' })
    since = page.at(-1)?.meta?.lastUpdated ?? ''
    atSince = new Set(page.flatMap(({ id, meta }) => (meta?.lastUpdated === since ? [id] : [])))
  }
}
