import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { sameTexts } from '../../core/json-numbers.ts'
import type { StoreRepository } from '../store/repository.ts'
import type { Cursor } from '../store/search/page.ts'
import { openPage, sealPage } from '../store/search/page-token.ts'
import { parseQuery } from '../store/search/query.ts'
import type { Reply } from './reply.ts'
import type { FhirRequest } from './request.ts'

/** Name of the parameter of a next link; it holds the whole search, sealed. */
export const PAGE_PARAMETER = '_page'

/** Answers a search by GET or POST with a searchset Bundle. */
export async function searchReply(
  repository: StoreRepository,
  resourceType: string,
  request: FhirRequest
): Promise<Reply> {
  const pairs = [...request.query, ...formPairs(request)]
  const { pageKey } = repository.backend
  let search = pairs
  let after: Cursor | undefined
  const sealed = pairs.find(([name]) => name === PAGE_PARAMETER)?.[1]
  if (sealed !== undefined) {
    const token = openPage(pageKey, sealed)
    if (!token || token.resourceType !== resourceType) throw new AppError('BAD_REQUEST', { reason: 'page' })
    search = token.pairs
    after = token.after
  }
  const query = parseQuery(resourceType, search)
  const { matches, includes, next, total } = await repository.backend.run(query, after)
  const url = `${request.base}/${resourceType}`
  // By POST the criteria stay out of every URL (hardening A2-22).
  const self = request.method === 'POST' || pairs.length === 0 ? url : `${url}?${new URLSearchParams(pairs)}`
  const link = [{ relation: 'self', url: self }]
  if (next) {
    const token = sealPage(pageKey, { resourceType, pairs: search, after: next })
    link.push({ relation: 'next', url: `${url}?${PAGE_PARAMETER}=${token}` })
  }
  const entry =
    (mode: 'match' | 'include', keep: readonly string[]) =>
    (resource: Resource): BundleEntry => ({
      fullUrl: `${request.base}/${resource.resourceType}/${resource.id}`,
      resource: keep.length > 0 ? subset(resource, keep) : resource,
      search: { mode }
    })
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total === undefined ? {} : { total }),
    link,
    ...(query.summaryCount
      ? {}
      : { entry: [...matches.map(entry('match', query.elements)), ...includes.map(entry('include', []))] })
  }
  return { status: 200, resource: bundle }
}

function formPairs({ method, body }: FhirRequest): [string, string][] {
  if (method !== 'POST' || body === undefined) return []
  if (!(body instanceof URLSearchParams)) throw new AppError('BAD_REQUEST', { reason: 'media-type' })
  return [...body]
}

/** `_elements`: the named top-level elements, marked SUBSETTED so that nobody stores the rest away. */
function subset(resource: Resource, elements: readonly string[]): Resource {
  const kept = Object.entries(resource).filter(
    ([key]) => key === 'resourceType' || key === 'id' || elements.some((name) => isOf(key, name))
  )
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
  return {
    ...sameTexts(resource, Object.fromEntries(kept)),
    meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), tag] }
  } as unknown as Resource
}

/** Whether a JSON key belongs to an element: its value, its sibling '_name', or one type of a choice ('valueQuantity'). */
function isOf(key: string, element: string): boolean {
  const bare = key.startsWith('_') ? key.slice(1) : key
  return bare === element || (bare.startsWith(element) && /^[A-Z]/.test(bare.slice(element.length)))
}
