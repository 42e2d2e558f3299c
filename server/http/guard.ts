import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { AppError } from '../../core/errors/app-error.ts'
import { toOutcome } from '../../core/errors/to-outcome.ts'
import type { Config } from '../config/schema.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether a request carries the configured bearer token; compared in constant time. */
export function isAuthorised(request: IncomingMessage, auth: Config['auth']): boolean {
  if (auth.mode === 'none') return true
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  return auth.token !== undefined && timingSafeEqual(digest(given), digest(auth.token))
}

/** Stands before every route that reads a body: without credentials no byte of it is read (hardening A3-26). */
export function requireAuthorisation(auth: Config['auth']): RequestHandler {
  return (request, response, next) => {
    if (isAuthorised(request, auth)) return next()
    response.set('www-authenticate', 'Bearer').set('connection', 'close')
    response.status(401).json(toOutcome(new AppError('NOT_PERMITTED', { reason: 'no-credentials' })))
  }
}

/**
 * A page of another site must not drive the server through a visitor's browser: with no authentication configured the
 * Host header has to name a loopback address, and a cross-site request is refused.
 */
export function refuseCrossSite(auth: Config['auth']): RequestHandler {
  return (request, response, next) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
    const crossSite = request.headers['sec-fetch-site'] === 'cross-site'
    if (auth.mode !== 'none' || (local && !crossSite)) return next()
    response.status(403).json(toOutcome(new AppError('NOT_PERMITTED', { reason: 'cross-site' })))
  }
}
