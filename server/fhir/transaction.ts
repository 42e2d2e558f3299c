import type { Operation } from '@medplum/core'
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../core/fhir-store.ts'
import { parseJson } from '../../core/json-numbers.ts'
import type { Guard } from '../store/backend.ts'
import { applyJsonPatch } from '../store/json-patch.ts'
import { type Context, checkedBody, knownType } from './interactions.ts'
import { errorReply, type Reply, writeReply } from './reply.ts'
import { etagVersion, type FhirRequest, splitUrl } from './request.ts'
import { conditionalReferences, rewriteReferences } from './rewrite-references.ts'

/** Entries of a Bundle at most. */
export const MAX_ENTRIES = 5000

type Dispatch = (request: FhirRequest) => Promise<Reply>

interface Planned {
  write?: StoreWrite
  /** What is answered without a write: a conditional create that found its resource. */
  found?: WriteResult
  read?: FhirRequest
}

/**
 * FHIR R4 transaction: all entries or none, one batch for the store. Deletes, creates, updates and patches count in that
 * order, reads see the state after the commit. Conditions are evaluated before and again inside the database
 * transaction; when one changed meanwhile, the whole Bundle is planned anew.
 * Written here and not left to @medplum/fhir-router 5.2 because that one resolves conditions outside its transaction,
 * refuses more than 8 entries when one is conditional and more than 50 updates.
 */
export async function runTransaction(
  bundle: Bundle,
  request: FhirRequest,
  context: Context,
  dispatch: Dispatch
): Promise<Bundle> {
  const entries = entriesOf(bundle)
  const { planned, results } = await context.repository.retry(async () => {
    const guards: Guard[] = []
    const planned = await plan(entries, request, context, guards)
    const writes = planned.flatMap(({ write }) => (write ? [write] : []))
    return { planned, results: await context.repository.commit(inOrder(writes), guards) }
  }, true)
  const byIdentity = new Map(results.map((result) => [identity(result.resource), result]))
  const entry: BundleEntry[] = []
  for (const { write, found, read } of planned) {
    if (read) {
      const reply = await dispatch(read)
      if (reply.status >= 400) throw new AppError('FHIR_NOT_FOUND', { at: `Bundle.entry[${entry.length}]` })
      entry.push(toResponseEntry(reply, request.base))
    } else {
      entry.push(toResponseEntry(writeReply(found ?? byIdentity.get(identity(write!.resource))!), request.base))
    }
  }
  return { resourceType: 'Bundle', type: 'transaction-response', entry }
}

/** FHIR R4 batch: each entry on its own, in the order given. */
export async function runBatch(bundle: Bundle, request: FhirRequest, dispatch: Dispatch): Promise<Bundle> {
  /** A URL that cannot be read is the fault of its own entry only. */
  const one = async (each: BundleEntry): Promise<Reply> => {
    try {
      return await dispatch(toRequest(each, request))
    } catch (error) {
      return errorReply(error)
    }
  }
  const entry: BundleEntry[] = []
  for (const each of entriesOf(bundle)) {
    entry.push(toResponseEntry(await one(each), request.base))
  }
  return { resourceType: 'Bundle', type: 'batch-response', entry }
}

function entriesOf(bundle: Bundle): BundleEntry[] {
  const entries = bundle.entry ?? []
  if (!Array.isArray(entries)) throw new AppError('BAD_REQUEST', { at: 'Bundle.entry' })
  if (entries.length > MAX_ENTRIES) throw new AppError('MESSAGE_TOO_LARGE', { at: 'Bundle.entry' })
  entries.forEach((entry, i) => {
    if (typeof entry?.request?.method !== 'string' || typeof entry.request.url !== 'string') {
      throw new AppError('BAD_REQUEST', { reason: 'request', at: `Bundle.entry[${i}].request` })
    }
  })
  return entries
}

function toRequest(entry: BundleEntry, { base, may }: FhirRequest): FhirRequest {
  const { method, url, ifMatch, ifNoneMatch, ifNoneExist, ifModifiedSince } = entry.request!
  const body = method === 'PATCH' ? patchBody(entry.resource) : entry.resource
  return { method: method!, ...splitUrl(url!), body, ifMatch, ifNoneMatch, ifNoneExist, ifModifiedSince, base, may }
}

/** A patch in a Bundle is a Binary with the JSON Patch inside (FHIR R4 http, patch). */
function patchBody(resource: Resource | undefined): unknown {
  if (resource?.resourceType !== 'Binary' || !resource.data)
    throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
  try {
    return parseJson(Buffer.from(resource.data, 'base64').toString('utf8'))
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-format', cause })
  }
}

async function plan(entries: BundleEntry[], outer: FhirRequest, context: Context, guards: Guard[]): Promise<Planned[]> {
  const requests = entries.map((entry) => toRequest(entry, outer))
  const targets: Target[] = []
  const references = new Map<string, string>()
  const seen = new Set<string>()
  for (const [i, request] of requests.entries()) {
    await at(i, async () => context.permit(request))
    const target = await at(i, () => resolveTarget(request, context, guards))
    targets.push(target)
    if (!target.id) continue
    const reference = `${target.resourceType}/${target.id}`
    const fullUrl = entries[i]!.fullUrl
    if (fullUrl) references.set(fullUrl, reference)
    if (!target.found && request.method !== 'GET') {
      if (seen.has(reference))
        throw new AppError('BAD_REQUEST', { reason: 'same-resource-twice', at: `Bundle.entry[${i}]` })
      seen.add(reference)
    }
  }
  for (const [i, { body }] of requests.entries()) {
    for (const reference of conditionalReferences(body)) {
      if (!references.has(reference)) {
        const search = { ...outer, method: 'GET', ...splitUrl(reference) }
        await at(i, async () => context.permit(search))
        references.set(reference, await at(i, () => resolveReference(reference, context, guards)))
      }
    }
  }
  const planned: Planned[] = []
  for (const [i, request] of requests.entries()) {
    planned.push(await at(i, () => planOne(request, targets[i]!, references, context)))
  }
  return planned
}

interface Target {
  resourceType: string
  id?: string
  found?: WriteResult
}

/** Which resource an entry is about; conditions are looked up and remembered as guards. */
async function resolveTarget(request: FhirRequest, { repository }: Context, guards: Guard[]): Promise<Target> {
  const { method, path, query } = request
  const [resourceType = '', id] = path
  if (method === 'GET' || method === 'HEAD') return { resourceType }
  knownType(resourceType)
  if (method === 'POST') {
    if (path.length !== 1) throw new AppError('BAD_REQUEST', { reason: 'transaction-url' })
    if (request.ifNoneExist === undefined) return { resourceType, id: repository.generateId() }
    const { ids, guard } = await repository.condition(resourceType, request.ifNoneExist)
    guards.push(guard)
    if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
    if (ids.length === 0) return { resourceType, id: repository.generateId() }
    const resource = await repository.readResource(resourceType, ids[0]!)
    return { resourceType, id: ids[0], found: { resource: resource as Resource & { id: string }, outcome: 'kept' } }
  }
  if (id !== undefined && path.length === 2 && query.length === 0) return { resourceType, id }
  if (path.length !== 1 || (method !== 'PUT' && method !== 'DELETE')) {
    throw new AppError('BAD_REQUEST', { reason: 'transaction-url' })
  }
  const { ids, guard } = await repository.condition(resourceType, new URLSearchParams(query).toString())
  guards.push(guard)
  if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
  const own = (request.body as Resource | undefined)?.id
  if (method === 'PUT' && ids[0] && own && own !== ids[0]) throw new AppError('BAD_REQUEST', { reason: 'id-differs' })
  return { resourceType, id: ids[0] ?? (method === 'PUT' ? (own ?? repository.generateId()) : undefined) }
}

/** 'Patient?identifier=x' as a reference: exactly one must match (FHIR R4 http, conditional references). */
async function resolveReference(reference: string, { repository }: Context, guards: Guard[]): Promise<string> {
  const [resourceType = '', search = ''] = reference.split(/\?(.*)/s)
  knownType(resourceType)
  const { ids, guard } = await repository.condition(resourceType, search)
  guards.push(guard)
  if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
  if (ids.length === 0) throw new AppError('FHIR_REFERENCE_MISSING', { reason: 'conditional' })
  return `${resourceType}/${ids[0]}`
}

async function planOne(
  request: FhirRequest,
  { resourceType, id, found }: Target,
  references: ReadonlyMap<string, string>,
  { repository, checks }: Context
): Promise<Planned> {
  if (found) return { found }
  const ifMatch = etagVersion(request.ifMatch)
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return { read: request }
    case 'DELETE': {
      const resource = { resourceType, id: id ?? '' } as Resource & { id: string }
      if (id === undefined) return { found: { resource, outcome: 'deleted' } }
      return { write: { resource, remove: true, ifMatch } }
    }
    case 'PATCH': {
      const current = await repository.readResource(resourceType, id!)
      if (!Array.isArray(request.body)) throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
      const resource = applyJsonPatch(current, request.body as Operation[])
      await checkedBody(resource, resourceType, checks)
      return {
        write: { resource: rewriteReferences(resource, references), ifMatch: ifMatch ?? current.meta?.versionId }
      }
    }
    case 'POST':
    case 'PUT': {
      const given = await checkedBody(request.body, resourceType, checks)
      if (request.method === 'PUT' && request.path[1] && given.id !== id) {
        throw new AppError('BAD_REQUEST', { reason: 'id-differs' })
      }
      const resource = rewriteReferences({ ...given, id: id! } as Resource & { id: string }, references)
      return { write: { resource, ifMatch } }
    }
    default:
      throw new AppError('BAD_REQUEST', { reason: 'method' })
  }
}

const identity = (resource: Resource): string => `${resource.resourceType}/${resource.id}`

/** Deletes first (FHIR R4 http, transaction processing rules); the rest have distinct identities, so order is free. */
const inOrder = (writes: StoreWrite[]): StoreWrite[] => [
  ...writes.filter(({ remove }) => remove),
  ...writes.filter(({ remove }) => !remove)
]

/** The entry's number in front of the position of what went wrong in it. */
async function at<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.at?.startsWith('Bundle.')) throw error
    throw new AppError(error.code, {
      reason: error.reason,
      at: [`Bundle.entry[${index}]`, error.at].filter(Boolean).join('.resource/'),
      cause: error
    })
  }
}

function toResponseEntry({ status, resource, location, versionId, lastModified }: Reply, base: string): BundleEntry {
  const isOutcome = resource?.resourceType === 'OperationOutcome'
  return {
    ...(resource?.id ? { fullUrl: `${base}/${resource.resourceType}/${resource.id}` } : {}),
    ...(resource && !isOutcome ? { resource } : {}),
    response: {
      status: String(status),
      ...(location ? { location } : {}),
      ...(versionId ? { etag: `W/"${versionId}"` } : {}),
      ...(lastModified ? { lastModified } : {}),
      ...(isOutcome ? { outcome: resource } : {})
    }
  }
}
