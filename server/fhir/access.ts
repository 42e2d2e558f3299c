import type { IncomingMessage } from 'node:http'
import { AppError } from '../../core/errors/app-error.ts'
import type { DeclaredRoute, Method } from '../access/route-table.ts'
import { type Access, allows, type Scope } from '../access/scopes.ts'
import type { FhirOperation, InteractionRouter } from './interactions.ts'
import { interactionRouter } from './interactions.ts'
import { type FhirRequest, splitUrl } from './request.ts'

/** What no route describes is for those who may do everything, whatever is made of it later. */
const EVERY_FHIR: readonly Scope[] = ['fhir.read', 'fhir.search', 'fhir.write']

/** Any of the words of FHIR: what a request is judged by first when its parts are judged one by one later. */
const ANY_FHIR: Access = { any: EVERY_FHIR }

/**
 * What a client must hold for a FHIR interaction, by method and path alone, so that it is known before the body.
 * A Subscription sends whatever matches to an address of the client's choosing: who writes one must be allowed to read and
 * search what it will be sent. The entries of a batch or transaction are judged each by themselves, by the same rule.
 */
export function scopesOf(
  routes: InteractionRouter,
  { method, path, ifNoneExist }: Pick<FhirRequest, 'method' | 'path' | 'ifNoneExist'>
): readonly Scope[] | undefined {
  const verb = method === 'HEAD' ? 'GET' : method
  const found = routes.find(verb as 'GET', path.map(encodeURIComponent).join('/'))
  const scopes = new Set(found?.data?.scopes)
  if (!found?.data) return undefined
  if (ifNoneExist !== undefined) scopes.add('fhir.search')
  if (path[0] === 'Subscription' && scopes.has('fhir.write')) scopes.add('fhir.read').add('fhir.search')
  return [...scopes]
}

/** @throws AppError NOT_PERMITTED (reason 'scope') */
export function permit(routes: InteractionRouter, request: FhirRequest): void {
  if (!request.may) return
  if (!allows(scopesOf(routes, request) ?? EVERY_FHIR, request.may)) {
    throw new AppError('NOT_PERMITTED', { reason: 'scope' })
  }
}

/** For the gate of the HTTP server: the routes of FHIR as declared, and the access of one request by its head. */
export function fhirAccess(operations: readonly FhirOperation[] = []) {
  const routes = interactionRouter(operations)
  return {
    routes: [
      { method: 'POST', path: '', access: ANY_FHIR },
      { method: 'GET', path: '/metadata', access: ANY_FHIR },
      ...routes.routes.map(({ method, path, data }) => ({
        method: method as Method,
        path: `/${path.map(({ value, param }) => (param ? `:${value}` : value)).join('/')}`,
        access: data!.scopes
      }))
    ] satisfies DeclaredRoute[],
    accessOf(request: IncomingMessage, url: string): Access {
      const path = pathOf(url)
      const ifNoneExist = request.headers['if-none-exist']
      if (!path || path.length === 0 || path[0] === 'metadata') return ANY_FHIR
      return scopesOf(routes, { method: request.method ?? '', path, ifNoneExist: ifNoneExist as string }) ?? ANY_FHIR
    }
  }
}

/** A URL that cannot be read has no path; the router refuses it. */
function pathOf(url: string): string[] | undefined {
  try {
    return splitUrl(url).path
  } catch {
    return undefined
  }
}
