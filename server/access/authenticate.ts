import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { type AddressRanges, readAddressRanges } from '../../core/address-ranges.ts'
import type { Logger } from '../../core/log.ts'
import type { AuthConfig } from '../config/sections/auth.ts'
import type { ClientConfig } from './clients.ts'
import { followClientsFile } from './clients-file.ts'
import type { May, Scope } from './scopes.ts'

/** Who calls. Kept with the request, so that a handler (and later the audit) can ask. */
export interface Caller {
  /** Client id; 'local' with no authentication, 'token' with the one token. */
  id: string
  may: May
}

export interface Authenticator {
  /** The caller of a request, by its headers alone; undefined when it does not say, or nobody is known by that token. */
  identify(request: IncomingMessage): Caller | undefined
}

export interface AuthenticatorDeps {
  /** Clients that stand in a file beside the configuration, as they are now. */
  fromFile?: () => readonly ClientConfig[]
  now?: () => Date
}

/** Where `hisbundle clients` keeps what it made, unless the configuration says otherwise. */
export const clientsFileOf = ({ auth, dataDir }: { auth: AuthConfig; dataDir: string }): string =>
  auth.clientsFile ?? join(dataDir, 'clients.json')

/** As configured, with the clients file followed while the server runs. */
export function authenticatorOf(
  config: { auth: AuthConfig; dataDir: string },
  { log, now }: { log: Logger; now?: () => Date }
): Authenticator {
  if (config.auth.mode !== 'clients') return createAuthenticator(config.auth)
  return createAuthenticator(config.auth, { fromFile: followClientsFile(clientsFileOf(config), log), now })
}

/**
 * Authenticates by `Authorization: Bearer <token>` (RFC 6750 section 2.1; never by a query parameter or a form, which logs and
 * browsers keep). Unknown, expired, revoked and used from elsewhere all look the same from outside: every known token
 * is compared, each in constant time, and there is one answer.
 */
export function createAuthenticator(
  auth: AuthConfig,
  { fromFile = () => [], now = () => new Date() }: AuthenticatorDeps = {}
): Authenticator {
  if (auth.mode === 'none') return { identify: () => ({ id: 'local', may: () => true }) }
  if (auth.mode === 'token') {
    const expected = digest(auth.token ?? '')
    return {
      identify(request) {
        const given = bearer(request)
        const same = timingSafeEqual(digest(given ?? ''), expected)
        return same && given !== undefined && auth.token ? { id: 'token', may: () => true } : undefined
      }
    }
  }
  const known = remember(() => [...(auth.clients ?? []), ...fromFile()])
  return {
    identify(request) {
      const given = bearer(request)
      const hash = digest(given ?? '')
      let found: Known | undefined
      for (const candidate of known()) if (timingSafeEqual(candidate.hash, hash)) found = candidate
      if (given === undefined || !found || found.endsAt <= now().getTime()) return undefined
      if (found.from && !found.from.has(request.socket.remoteAddress)) return undefined
      const { scopes } = found
      return { id: found.id, may: (scope) => scopes.has(scope) }
    }
  }
}

interface Known {
  id: string
  hash: Buffer
  /** Milliseconds since 1970; Infinity without an end. */
  endsAt: number
  scopes: ReadonlySet<Scope>
  from?: AddressRanges
}

/** The clients ready to compare, made again when the file's list is another one. */
function remember(list: () => readonly ClientConfig[]): () => readonly Known[] {
  let last: readonly ClientConfig[] = []
  let known: readonly Known[] = []
  return () => {
    const clients = list()
    if (clients.length !== last.length || clients.some((client, i) => client !== last[i])) {
      last = clients
      known = clients.flatMap(toKnown)
    }
    return known
  }
}

function toKnown({ id, tokens, scopes, expires, from }: ClientConfig): Known[] {
  const end = (instant: string | undefined): number => (instant ? Date.parse(instant) : Number.POSITIVE_INFINITY)
  return tokens.map((token) => ({
    id,
    hash: Buffer.from(token.sha256, 'hex'),
    endsAt: Math.min(end(expires), end(token.expires)),
    scopes: new Set(scopes),
    ...(from ? { from: readAddressRanges(from, 'from') } : {})
  }))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const bearer = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer +(\S.{0,1023})$/i.exec(headers.authorization ?? '')?.[1]
