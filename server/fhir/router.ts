import type { Bundle, CapabilityStatement, Resource } from '@medplum/fhirtypes'
import express, { type Request, type Response, type Router } from 'express'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { stringifyJson } from '../../core/json-numbers.ts'
import { type Logger, silentLogger } from '../../core/log.ts'
import { callerOf } from '../access/gate.ts'
import { StoreRepository } from '../store/repository.ts'
import { permit } from './access.ts'
import { buildCapability } from './capability.ts'
import { type Check, type Context, type FhirOperation, interactionRouter, knownType } from './interactions.ts'
import { checkAccept, JSON_TYPES, parseBody } from './negotiate.ts'
import { errorReply, type Reply } from './reply.ts'
import { type FhirRequest, splitUrl } from './request.ts'
import { runBatch, runTransaction } from './transaction.ts'

export interface FhirHandlerOptions {
  store: FhirStore
  /** Refuse resources beyond what validation says; asked before every create, update and patch. */
  checks?: readonly Check[]
  operations?: readonly FhirOperation[]
  /** Absolute base for links and Location; default: scheme, host and mount path of the request. */
  baseUrl?: string
  /** Bytes of a request body at most. Default 16 MiB. */
  bodyLimitBytes?: number
  version?: string
  /** ISO date of the software, for the CapabilityStatement. */
  date?: string
  /** Further paragraphs for the CapabilityStatement. */
  notes?: readonly string[]
  log?: Logger
}

/** FHIR R4 REST, to be mounted: `app.use('/fhir/R4', createFhirHandler({ store }))`. Reads bodies only of its own media types. */
export function createFhirHandler(options: FhirHandlerOptions): Router {
  const { store, checks = [], operations = [], bodyLimitBytes = 16 * 1024 * 1024, log = silentLogger } = options
  const repository = store.repository({ kind: 'rest' })
  if (!(repository instanceof StoreRepository)) throw new AppError('CONFIG_INVALID', { reason: 'repository' })
  const routes = interactionRouter(operations)
  const context: Context = { repository, checks, permit: (request) => permit(routes, request) }
  const version = options.version ?? '0.1.0'
  const date = options.date ?? new Date().toISOString()

  let made: { base: string; statement: CapabilityStatement } | undefined

  /** Made once for a base: it is large and changes only with the program. */
  function capability(base: string): CapabilityStatement {
    if (made?.base !== base) {
      made = { base, statement: buildCapability({ base, version, date, operations, notes: options.notes }) }
    }
    return made.statement
  }

  async function dispatch(request: FhirRequest): Promise<Reply> {
    try {
      return await dispatchOrThrow(request)
    } catch (error) {
      return toErrorReply(error)
    }
  }

  function toErrorReply(error: unknown): Reply {
    const reply = errorReply(error)
    if (reply.status >= 500)
      log.error({ code: error instanceof AppError ? error.code : 'INTERNAL' }, 'FHIR request failed')
    return reply
  }

  async function dispatchOrThrow(request: FhirRequest): Promise<Reply> {
    const { method, path } = request
    if (path.length === 0) return onSystem(request)
    if (path.length === 1 && path[0] === 'metadata' && method === 'GET') {
      return {
        status: 200,
        resource: capability(request.base)
      }
    }
    const verb = method === 'HEAD' ? 'GET' : method
    const found = routes.find(verb as 'GET', path.map(encodeURIComponent).join('/'))
    if (!found) throw new AppError(path.length > 4 ? 'FHIR_NOT_FOUND' : 'BAD_REQUEST', { reason: 'method' })
    const params = Object.fromEntries(
      Object.entries(found.params).map(([key, value]) => [key, decodeURIComponent(value)])
    )
    if (params['resourceType'] !== undefined) knownType(params['resourceType'])
    context.permit(request)
    return found.handler(request, params as { resourceType: string; id: string; vid: string }, context)
  }

  async function onSystem(request: FhirRequest): Promise<Reply> {
    const bundle = request.body as Bundle | undefined
    if (request.method !== 'POST') throw new AppError('FHIR_SEARCH_UNSUPPORTED', { reason: 'system-search' })
    if (bundle?.resourceType !== 'Bundle') throw new AppError('BAD_REQUEST', { reason: 'resource-type' })
    switch (bundle.type) {
      case 'transaction':
        return { status: 200, resource: await runTransaction(bundle, request, context, dispatch) }
      case 'batch':
        return { status: 200, resource: await runBatch(bundle, request, dispatch) }
      default:
        throw new AppError('BAD_REQUEST', { reason: 'bundle-type', at: 'Bundle.type' })
    }
  }

  const router = express.Router()
  router.use(express.text({ type: [...JSON_TYPES, 'application/x-www-form-urlencoded'], limit: bodyLimitBytes }))
  router.use(async (req: Request, res: Response) => {
    let reply: Reply
    try {
      checkAccept(req)
      reply = await dispatch(toFhirRequest(req, options.baseUrl))
    } catch (error) {
      reply = toErrorReply(error)
    }
    send(req, res, reply, options.baseUrl ?? baseOf(req))
  })
  // Errors of the body reader: too large, aborted, unknown content-encoding.
  router.use((error: { status?: number; type?: string }, req: Request, res: Response, _next: unknown) => {
    const tooLarge = error.status === 413
    const encoding = error.status === 415
    const coded = tooLarge
      ? new AppError('MESSAGE_TOO_LARGE')
      : new AppError('BAD_REQUEST', { reason: encoding ? 'media-type' : 'body' })
    send(req, res, errorReply(coded), baseOf(req))
  })
  return router
}

const baseOf = (req: Request): string => `${req.protocol}://${req.get('host') ?? 'localhost'}${req.baseUrl}`

function toFhirRequest(req: Request, baseUrl: string | undefined): FhirRequest {
  return {
    method: req.method,
    ...splitUrl(req.url),
    body: parseBody(req),
    ifMatch: req.get('if-match'),
    ifNoneMatch: req.get('if-none-match'),
    ifNoneExist: req.get('if-none-exist'),
    ifModifiedSince: req.get('if-modified-since'),
    base: baseUrl ?? baseOf(req),
    may: callerOf(req)?.may
  }
}

function send(req: Request, res: Response, reply: Reply, base: string): void {
  res.status(reply.status)
  if (reply.versionId) res.set('ETag', `W/"${reply.versionId}"`)
  if (reply.lastModified) res.set('Last-Modified', new Date(reply.lastModified).toUTCString())
  if (reply.location) res.set('Location', `${base}/${reply.location}`)
  res.set('Cache-Control', 'no-store')
  res.set('X-Content-Type-Options', 'nosniff')
  const minimal = reply.location !== undefined && /(?:^|[;,\s])return=minimal\b/.test(req.get('prefer') ?? '')
  if (!reply.resource || minimal) {
    res.end()
    return
  }
  res.set('Content-Type', 'application/fhir+json; charset=utf-8')
  res.end(req.method === 'HEAD' ? undefined : serialise(reply.resource, req))
}

function serialise(resource: Resource, req: Request): string {
  return stringifyJson(resource, /[?&]_pretty=true(?:&|$)/.test(req.url) ? 2 : undefined)
}
