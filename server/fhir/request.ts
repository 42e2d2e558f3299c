import { AppError } from '../../core/errors/app-error.ts'
import type { May } from '../access/scopes.ts'

/** One REST interaction, from HTTP or from an entry of a Bundle. */
export interface FhirRequest {
  method: string
  /** Path parts below the service base, decoded. */
  path: string[]
  /** Decoded query; for _search by POST with the form's pairs behind. */
  query: [string, string][]
  body?: unknown
  ifMatch?: string
  ifNoneMatch?: string
  ifNoneExist?: string
  ifModifiedSince?: string
  /** Absolute base of links: 'https://host/fhir/R4'. */
  base: string
  /** What the caller may do; absent: everything (no authentication). */
  may?: May
}

const MAX_QUERY = 16_384

/** Path and query of a URL relative to the service base. */
export function splitUrl(url: string): { path: string[]; query: [string, string][] } {
  const at = url.indexOf('?')
  const search = at < 0 ? '' : url.slice(at + 1)
  if (search.length > MAX_QUERY) throw new AppError('BAD_REQUEST', { reason: 'query-too-long' })
  // A Bundle's JSON can hold a lone surrogate, which no URL can.
  if (!url.isWellFormed()) throw new AppError('BAD_REQUEST', { reason: 'url' })
  try {
    const path = (at < 0 ? url : url.slice(0, at)).split('/').filter(Boolean).map(decodeURIComponent)
    return { path, query: [...new URLSearchParams(search)] }
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { reason: 'url', cause })
  }
}

/** Version of an entity tag, W/"3" or "3". @throws AppError BAD_REQUEST when it has another form */
export function etagVersion(etag: string | undefined): string | undefined {
  if (etag === undefined) return undefined
  const match = /^\s*(?:W\/)?"([A-Za-z0-9\-.]{1,64})"\s*$/.exec(etag)
  if (!match) throw new AppError('BAD_REQUEST', { reason: 'etag' })
  return match[1]
}
