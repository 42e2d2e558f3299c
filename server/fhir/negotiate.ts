import type { Request } from 'express'
import { AppError } from '../../core/errors/app-error.ts'
import { inspect } from '../store/inspect.ts'
import { readJson } from './read-json.ts'

export const JSON_TYPES = ['application/fhir+json', 'application/json', 'application/json-patch+json'] as const
const FORMATS = ['json', 'application/json', 'application/fhir+json', 'application/fhir json', 'text/json']

/** JSON is the only format. @throws AppError BAD_REQUEST reason accept (406) */
export function checkAccept(req: Request): void {
  const format = new URL(req.url, 'http://localhost').searchParams.get('_format')
  if (format !== null) {
    if (!FORMATS.includes(format)) throw new AppError('BAD_REQUEST', { reason: 'accept', at: '_format' })
    return
  }
  const accept = req.get('accept')
  if (accept && !req.accepts(['application/fhir+json', 'application/json'])) {
    throw new AppError('BAD_REQUEST', { reason: 'accept' })
  }
}

/** The body by its media type: JSON, or the pairs of a form for _search. @throws AppError BAD_REQUEST reason media-type (415) */
export function parseBody(req: Request): unknown {
  const type = (req.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const text: unknown = req.body
  if (typeof text !== 'string' || text === '') {
    const length = req.get('content-length')
    const sent = req.get('transfer-encoding') !== undefined || (length !== undefined && length !== '0')
    if (sent && typeof text !== 'string') throw new AppError('BAD_REQUEST', { reason: 'media-type' })
    return undefined
  }
  const isSearch = /\/_search(?:\?|$)/.test(req.url)
  if (type === 'application/x-www-form-urlencoded') {
    if (!isSearch) throw new AppError('BAD_REQUEST', { reason: 'media-type' })
    return new URLSearchParams(text)
  }
  if (isSearch) throw new AppError('BAD_REQUEST', { reason: 'media-type' })
  if ((req.method === 'PATCH') !== (type === 'application/json-patch+json')) {
    throw new AppError('BAD_REQUEST', { reason: 'media-type' })
  }
  const body = readJson(text)
  // Keys are looked at before anything walks over the body; references are judged on write.
  inspect({ resourceType: 'Bundle', body } as { resourceType: string }, { maxElements: 1_000_000 })
  return body
}
