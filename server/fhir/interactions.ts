import type { Operation } from '@medplum/core'
import { Router } from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { Scope } from '../access/scopes.ts'
import { definitions } from '../store/definitions.ts'
import type { StoreRepository } from '../store/repository.ts'
import { type Reply, readReply, writeReply } from './reply.ts'
import { etagVersion, type FhirRequest } from './request.ts'
import { searchReply } from './search-reply.ts'

/** Refuses a resource that may not be written, beyond what validation says (a Subscription that can never fire). */
export type Check = (resource: Resource) => AppError | undefined | Promise<AppError | undefined>

/** An extended operation: `match` on type, instance or system level by which path parts are there. */
export interface FhirOperation {
  /** '$status' */
  name: string
  method: 'GET' | 'POST'
  level: 'system' | 'type' | 'instance'
  resourceType?: string
  /** What a client must hold to call it (server/access/scopes.ts); all of them. */
  scopes: readonly Scope[]
  /** Canonical of the OperationDefinition, for the CapabilityStatement. */
  definition?: string
  handle(request: FhirRequest, target: { resourceType?: string; id?: string }): Promise<Reply>
}

export interface Context {
  repository: StoreRepository
  checks: readonly Check[]
  /** Whether the caller may do what the request says; the same question for a request and for an entry of a Bundle. */
  permit(request: FhirRequest): void
}

type Params = { resourceType: string; id: string; vid: string }
type Handler = (request: FhirRequest, params: Params, context: Context) => Promise<Reply>
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'

export type InteractionRouter = Router<Handler, { scopes: readonly Scope[] }>

/** The REST interactions on resources by method and path, each with what a client must hold; Bundles and /metadata are taken before. */
export function interactionRouter(operations: readonly FhirOperation[]): InteractionRouter {
  const router: InteractionRouter = new Router()
  const add = (method: Method, path: string, scopes: readonly Scope[], handler: Handler): void => {
    if (scopes.length === 0)
      throw new AppError('CONFIG_INVALID', { at: `${method} ${path}`, reason: 'route-without-access' })
    router.add(method, path, handler, { scopes })
  }
  const search: Handler = async (request, { resourceType }, { repository }) =>
    searchReply(repository, resourceType, request)
  add('GET', ':resourceType', ['fhir.search'], search)
  add('POST', ':resourceType/_search', ['fhir.search'], search)
  add('POST', ':resourceType', ['fhir.write'], create)
  add('GET', ':resourceType/:id', ['fhir.read'], read)
  add('GET', ':resourceType/:id/_history', ['fhir.read'], history)
  add('GET', ':resourceType/:id/_history/:vid', ['fhir.read'], readVersion)
  add('PUT', ':resourceType/:id', ['fhir.write'], update)
  // A condition tells whether something matches, so it is a search too.
  add('PUT', ':resourceType', ['fhir.write', 'fhir.search'], conditionalUpdate)
  add('DELETE', ':resourceType/:id', ['fhir.write'], remove)
  add('DELETE', ':resourceType', ['fhir.write', 'fhir.search'], conditionalDelete)
  // The answer holds the whole resource, of which the client sent a part.
  add('PATCH', ':resourceType/:id', ['fhir.write', 'fhir.read'], patch)
  for (const { name, method, level, resourceType, scopes, handle } of operations) {
    const run: Handler = (request, params) =>
      handle(request, { resourceType: resourceType ?? params.resourceType, id: params.id })
    const type = resourceType ?? ':resourceType'
    add(method, level === 'system' ? name : level === 'type' ? `${type}/${name}` : `${type}/:id/${name}`, scopes, run)
  }
  return router
}

/** The body as a resource of the type that the path names, accepted by every check. */
export async function checkedBody(body: unknown, resourceType: string, checks: readonly Check[]): Promise<Resource> {
  const resource = body as Resource | undefined
  if (typeof resource !== 'object' || resource === null || resource.resourceType !== resourceType) {
    throw new AppError('BAD_REQUEST', { reason: 'resource-type' })
  }
  for (const check of checks) {
    const refused = await judged(check, resource)
    if (refused) throw refused
  }
  return resource
}

/** Checks see the resource before validation does: one that trips over its shape has found it to be invalid. */
async function judged(check: Check, resource: Resource): Promise<AppError | undefined> {
  try {
    return await check(resource)
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('FHIR_INVALID', { at: resource.resourceType, reason: 'structure', cause: error })
  }
}

export function knownType(resourceType: string): void {
  if (!definitions().resourceTypes.includes(resourceType))
    throw new AppError('FHIR_NOT_FOUND', { reason: 'resource-type' })
}

async function create(request: FhirRequest, { resourceType }: Params, { repository, checks }: Context): Promise<Reply> {
  const resource = await checkedBody(request.body, resourceType, checks)
  if (request.ifNoneExist !== undefined) return writeReply(await repository.createIf(resource, request.ifNoneExist))
  return writeReply(await repository.put({ ...resource, id: repository.generateId() } as Resource & { id: string }))
}

async function read(request: FhirRequest, { resourceType, id }: Params, { repository }: Context): Promise<Reply> {
  const reply = readReply(await repository.readResource(resourceType, id))
  const unchanged =
    request.ifNoneMatch !== undefined
      ? etagVersion(request.ifNoneMatch) === reply.versionId
      : request.ifModifiedSince !== undefined &&
        Date.parse(request.ifModifiedSince) >= Math.floor(Date.parse(reply.lastModified ?? '') / 1000) * 1000
  return unchanged ? { ...reply, status: 304, resource: undefined } : reply
}

async function readVersion(_request: FhirRequest, { resourceType, id, vid }: Params, { repository }: Context) {
  return readReply(await repository.readVersion(resourceType, id, vid))
}

async function history(request: FhirRequest, { resourceType, id }: Params, { repository }: Context): Promise<Reply> {
  const number = (name: string, otherwise: number): number => {
    const text = request.query.find(([key]) => key === name)?.[1]
    if (text === undefined) return otherwise
    if (!/^\d{1,9}$/.test(text)) throw new AppError('BAD_REQUEST', { reason: 'value', at: name })
    return Number(text)
  }
  const other = request.query.find(([key]) => !['_count', '_offset', '_format', '_pretty'].includes(key))
  if (other) throw new AppError('FHIR_SEARCH_UNSUPPORTED', { reason: 'history-parameter' })
  const [offset, limit] = [number('_offset', 0), Math.max(1, number('_count', 50))]
  const bundle = await repository.readHistory(resourceType, id, { offset, limit })
  const path = `${request.base}/${resourceType}/${id}`
  const shown = bundle.entry?.length ?? 0
  const link = [{ relation: 'self', url: `${path}/_history?_count=${limit}&_offset=${offset}` }]
  if (offset + shown < (bundle.total ?? 0) && shown > 0) {
    link.push({ relation: 'next', url: `${path}/_history?_count=${limit}&_offset=${offset + shown}` })
  }
  const entry = bundle.entry?.map((each) => ({ fullUrl: path, ...each }))
  return { status: 200, resource: { ...bundle, link, entry } as Bundle }
}

async function update(
  request: FhirRequest,
  { resourceType, id }: Params,
  { repository, checks }: Context
): Promise<Reply> {
  const resource = await checkedBody(request.body, resourceType, checks)
  if (resource.id !== id) throw new AppError('BAD_REQUEST', { reason: 'id-differs', at: `${resourceType}.id` })
  return writeReply(await repository.put(resource as Resource & { id: string }, etagVersion(request.ifMatch)))
}

/** R4 conditional update: none found creates, one is updated, more is 412. */
async function conditionalUpdate(
  request: FhirRequest,
  { resourceType }: Params,
  { repository, checks }: Context
): Promise<Reply> {
  const resource = await checkedBody(request.body, resourceType, checks)
  const search = new URLSearchParams(request.query).toString()
  const ifMatch = etagVersion(request.ifMatch)
  return repository.retry(async () => {
    const { ids, guard } = await repository.condition(resourceType, search)
    if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
    if (ids.length === 1 && resource.id !== undefined && resource.id !== ids[0]) {
      throw new AppError('BAD_REQUEST', { reason: 'id-differs', at: `${resourceType}.id` })
    }
    const id = ids[0] ?? resource.id ?? repository.generateId()
    const [result] = await repository.commit(
      [{ resource: { ...resource, id } as Resource & { id: string }, ifMatch }],
      [guard]
    )
    return writeReply(result!)
  }, ifMatch === undefined)
}

async function remove(request: FhirRequest, { resourceType, id }: Params, { repository }: Context): Promise<Reply> {
  await repository.deleteResource(resourceType, id, { ifMatch: etagVersion(request.ifMatch) })
  return { status: 204 }
}

/** Several matches are refused with 412: a slip in the criteria must not delete many. */
async function conditionalDelete(
  request: FhirRequest,
  { resourceType }: Params,
  { repository }: Context
): Promise<Reply> {
  const search = new URLSearchParams(request.query).toString()
  return repository.retry(async () => {
    const { ids, guard } = await repository.condition(resourceType, search)
    if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
    const writes = ids.map((id) => ({ resource: { resourceType, id } as Resource & { id: string }, remove: true }))
    await repository.commit(writes, [guard])
    return { status: 204 }
  }, true)
}

async function patch(
  request: FhirRequest,
  { resourceType, id }: Params,
  { repository, checks }: Context
): Promise<Reply> {
  if (!Array.isArray(request.body)) throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
  const operations = request.body as Operation[]
  const check = (resource: Resource): Promise<Resource> => checkedBody(resource, resourceType, checks)
  return writeReply(
    await repository.patch(resourceType, id, operations, { ifMatch: etagVersion(request.ifMatch), check })
  )
}
