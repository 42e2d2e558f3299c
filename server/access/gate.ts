import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestHandler } from 'express'
import { AppError } from '../../core/errors/app-error.ts'
import { toOutcome } from '../../core/errors/to-outcome.ts'
import type { Logger } from '../../core/log.ts'
import { isLocalCall, isOwnOrigin } from '../../core/same-origin.ts'
import type { Authenticator, Caller } from './authenticate.ts'
import type { FailedAttempts } from './failed-attempts.ts'
import type { DeclaredRoute, RouteTable } from './route-table.ts'
import { type Access, allows, isPublic } from './scopes.ts'

/** A refused peer that goes on sending is cut off after this time. */
const REFUSED_LINGER_MS = 2_000

export interface GateOptions {
  tables: readonly RouteTable[]
  authenticator: Authenticator
  /** No authentication is configured: only programs on this machine, no pages of other sites. */
  isOpen: boolean
  failures: FailedAttempts
  log: Logger
}

export interface Gate {
  /** Stands before every route; nothing of the body has been read when it answers. */
  middleware: RequestHandler
  /** Judges by the headers alone and answers a refusal itself. @returns whether the request may go on */
  admits(request: IncomingMessage, response: ServerResponse): boolean
  /** The same for a WebSocket upgrade. @returns who it is, or undefined when it was answered with a refusal */
  upgrade(request: IncomingMessage, socket: Duplex): Caller | undefined
}

interface Refusal {
  status: 401 | 403 | 404 | 405 | 429
  error: AppError
  headers: Record<string, string>
}
type Verdict = { caller?: Caller } | Refusal

const callers = new WeakMap<IncomingMessage, Caller>()

/** Who made a request that the gate let through; undefined on a public route. */
export const callerOf = (request: IncomingMessage): Caller | undefined => callers.get(request)

/**
 * One decision for every request, from method, path and headers: is there such a route, who calls, may it. The order
 * gives nothing away: without credentials every path that is not public is answered 401, whether it exists or not.
 */
export function createGate({ tables, authenticator, isOpen, failures, log }: GateOptions): Gate {
  const declared = tables.flatMap((table) => table.declared).map((route) => ({ route, matches: matcher(route.path) }))
  const mounts = tables.flatMap((table) => table.mounts)

  function judge(request: IncomingMessage, kind: 'request' | 'upgrade'): Verdict {
    const method = kind === 'upgrade' ? 'UPGRADE' : request.method === 'HEAD' ? 'GET' : (request.method ?? '')
    const url = request.url ?? ''
    const steps = url.split('?', 1)[0]!.split('/')
    const matching = declared.filter(({ matches }) => matches(steps)).map(({ route }) => route)
    const access = accessOf(request, method, url, matching)
    if (access && isPublic(access)) return {}
    if (isOpen && !isLocalCall(request.headers)) return refusal(403, 'cross-site')
    const caller = authenticator.identify(request)
    if (!caller) return unknown(request)
    if (!access) return matching.length > 0 && kind === 'request' ? wrongMethod(matching) : refusal(404, 'route')
    return allows(access, caller.may) ? { caller } : forbidden(access)
  }

  function accessOf(
    request: IncomingMessage,
    method: string,
    url: string,
    matching: readonly DeclaredRoute[]
  ): Access | undefined {
    const mount = method === 'UPGRADE' ? undefined : mounts.find(({ prefix }) => isBelow(prefix, url))
    if (mount) return mount.accessOf(request, url.slice(mount.prefix.length) || '/')
    return matching.find((route) => route.method === method)?.access
  }

  function unknown(request: IncomingMessage): Refusal {
    if (!failures.note(request.socket.remoteAddress)) {
      return { ...refusal(429, 'failed-attempts', 'BACK_PRESSURE'), headers: { 'retry-after': '60' } }
    }
    // Neither path nor header: the one names patients, the other may be a right token mistyped.
    log.warn(
      { code: 'NOT_AUTHENTICATED', method: request.method ?? '' },
      'a request without valid credentials was refused'
    )
    return { ...refusal(401, 'credentials', 'NOT_AUTHENTICATED'), headers: { 'www-authenticate': 'Bearer' } }
  }

  function admits(request: IncomingMessage, response: ServerResponse): boolean {
    const verdict = judge(request, 'request')
    if ('status' in verdict) {
      answer(response, verdict)
      return false
    }
    if (verdict.caller) callers.set(request, verdict.caller)
    return true
  }

  return {
    middleware(request, response, next) {
      if (admits(request, response)) next()
    },
    admits,
    upgrade(request, socket) {
      const judged = judge(request, 'upgrade')
      const isForeign = !('status' in judged) && !isOwnOrigin(request.headers)
      const verdict = isForeign ? refusal(403, 'cross-site') : judged
      if (!('status' in verdict) && verdict.caller) return verdict.caller
      const { status, headers } = 'status' in verdict ? verdict : refusal(404, 'route')
      const lines = Object.entries({ ...headers, 'content-length': '0', connection: 'close' })
      socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
      // What the peer goes on sending is thrown away: unread, it would keep the socket for ever, and a stop with it.
      socket.resume()
      const cut = setTimeout(() => socket.destroy(), REFUSED_LINGER_MS)
      cut.unref()
      socket.once('close', () => clearTimeout(cut))
      return undefined
    }
  }
}

function answer(response: ServerResponse, { status, error, headers }: Refusal): void {
  const body = Buffer.from(JSON.stringify(toOutcome(error)))
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/fhir+json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // What follows on this connection is a body that nobody will read.
    connection: 'close'
  })
  response.end(body)
}

const refusal = (
  status: Refusal['status'],
  reason: string,
  code: 'NOT_PERMITTED' | 'NOT_AUTHENTICATED' | 'BACK_PRESSURE' | 'FHIR_NOT_FOUND' = status === 404
    ? 'FHIR_NOT_FOUND'
    : 'NOT_PERMITTED'
): Refusal => ({ status, error: new AppError(code, { reason }), headers: {} })

/** RFC 6750 section 3.1: which scope would do. */
function forbidden(access: Access): Refusal {
  const needed = typeof access === 'string' ? [access] : 'any' in access ? access.any : (access as readonly string[])
  const challenge = `Bearer error="insufficient_scope", scope="${needed.join(' ')}"`
  return { ...refusal(403, 'scope'), headers: { 'www-authenticate': challenge } }
}

function wrongMethod(routes: readonly DeclaredRoute[]): Refusal {
  const allow = [...new Set(routes.map(({ method }) => method))].filter((method) => method !== 'UPGRADE').join(', ')
  return { ...refusal(405, 'method'), headers: { allow } }
}

const isBelow = (prefix: string, url: string): boolean =>
  url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`)

/** Exactly as declared: no other case, no doubled slash; what express would also take is not reachable then. */
function matcher(pattern: string): (steps: readonly string[]) => boolean {
  const wanted = pattern.split('/')
  return (steps) =>
    steps.length === wanted.length &&
    wanted.every((part, i) => (part.startsWith(':') ? steps[i] !== '' : part === steps[i]))
}
