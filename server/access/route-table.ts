import type { IncomingMessage } from 'node:http'
import express, { type RequestHandler, type Router } from 'express'
import type { RouteParameters } from 'express-serve-static-core'
import { AppError } from '../../core/errors/app-error.ts'
import { type Access, isDeclared } from './scopes.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'UPGRADE'

/** One way into the server over HTTP and who may use it. */
export interface DeclaredRoute {
  method: Method
  /** '/admin/messages/:id' */
  path: string
  access: Access
}

type Handler<Path extends string> = RequestHandler<RouteParameters<Path>>

/** A part of the server that routes by itself below a prefix (FHIR), and says for each request what it takes. */
export interface Mount {
  prefix: string
  /** Asked with the URL below the prefix ('/Patient/1?x'), before the body; undefined: there is no such route. */
  accessOf(request: IncomingMessage, url: string): Access | undefined
}

/**
 * Routes with their access declared in the same line. This is the only way to add a route to the HTTP server:
 *
 *     const routes = new RouteTable('/admin')
 *     routes.get('/messages', 'admin.read', handler)
 *     routes.post('/replay', 'admin.write', handler)
 *     routes.get('/healthz', { public: 'says only that the process is up' }, handler)
 *
 * then pass the table to `createGate` with the others and mount `routes.router` at its prefix. A route without a scope and
 * without a reason to be public makes the start fail, here; one that was added to the express router behind the table's
 * back makes it fail in `refuseUndeclared`, and could not be reached either: the gate knows declared routes only.
 */
export class RouteTable {
  readonly router: Router = express.Router({ caseSensitive: true })
  readonly declared: DeclaredRoute[] = []
  readonly mounts: Mount[] = []
  readonly prefix: string

  constructor(prefix = '', { before = [] }: { before?: RequestHandler[] } = {}) {
    this.prefix = prefix
    // What runs before the handlers (body parsers) runs behind the gate too.
    for (const handler of before) this.router.use(handler)
  }

  get<Path extends string>(path: Path, access: Access, handler: Handler<Path>): void {
    this.#declare('GET', path, access)
    this.router.get(path, handler as RequestHandler)
  }

  post<Path extends string>(path: Path, access: Access, handler: Handler<Path>): void {
    this.#declare('POST', path, access)
    this.router.post(path, handler as RequestHandler)
  }

  put<Path extends string>(path: Path, access: Access, handler: Handler<Path>): void {
    this.#declare('PUT', path, access)
    this.router.put(path, handler as RequestHandler)
  }

  delete<Path extends string>(path: Path, access: Access, handler: Handler<Path>): void {
    this.#declare('DELETE', path, access)
    this.router.delete(path, handler as RequestHandler)
  }

  /** A path that takes WebSocket upgrades; who answers them listens to the server's 'upgrade' itself. */
  upgrade(path: string, access: Access): void {
    this.#declare('UPGRADE', path, access)
  }

  /**
   * A handler that routes by itself below the path.
   * @param own its routes with paths below the prefix, for the list of all routes
   * @param accessOf absent: the declared routes decide
   */
  mount(path: string, own: readonly DeclaredRoute[], handler: RequestHandler, accessOf?: Mount['accessOf']): void {
    for (const { method, path: below, access } of own) this.#declare(method, path + below, access)
    if (accessOf) this.mounts.push({ prefix: this.prefix + path, accessOf })
    this.router.use(path, handler)
  }

  #declare(method: Method, path: string, access: Access): void {
    const at = `${method} ${this.prefix}${path}`
    if (!isDeclared(access)) throw new AppError('CONFIG_INVALID', { at, reason: 'route-without-access' })
    this.declared.push({ method, path: this.prefix + path, access })
  }
}

interface Layer {
  route?: { path: unknown; stack: { method?: string }[] }
  handle?: { stack?: Layer[] }
}

/**
 * Looks through everything that express would route to for routes that no table declares.
 * @param declared how many routes the tables made
 * @throws AppError CONFIG_INVALID (reason 'undeclared-route') at the first one found
 */
export function refuseUndeclared(app: { router: unknown }, tables: readonly RouteTable[]): void {
  const known = new Set(
    tables.flatMap(({ declared, prefix }) =>
      declared.map(({ method, path }) => `${method} ${path.slice(prefix.length)}`)
    )
  )
  const visit = (layer: Layer): void => {
    const { route } = layer
    for (const { method } of route?.stack ?? []) {
      const at = `${method?.toUpperCase() ?? 'ALL'} ${String(route!.path)}`
      if (!known.has(at)) throw new AppError('CONFIG_INVALID', { at, reason: 'undeclared-route' })
    }
    layer.handle?.stack?.forEach(visit)
  }
  ;(app.router as { stack: Layer[] }).stack.forEach(visit)
}
