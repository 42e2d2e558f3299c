import { createHash, randomBytes } from 'node:crypto'
import { readAddressRanges } from '../../core/address-ranges.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { isScope, type Scope } from './scopes.ts'

/** A token of a client: its hash, and when it ends. Two at a time, so that one can be changed for the other in peace. */
export interface ClientToken {
  /** Lower-case hexadecimal. */
  sha256: string
  /** ISO instant. */
  expires?: string
}

/** A program that may call the HTTP server. */
export interface ClientConfig {
  /** Its name, in logs and lists: 'lab-dashboard'. Never a person's. */
  id: string
  tokens: ClientToken[]
  scopes: Scope[]
  /** ISO instant: the end of the client, whatever its tokens say. */
  expires?: string
  /** Addresses and ranges that it calls from; absent: any. */
  from?: string[]
}

export const MAX_TOKENS = 2
export const MAX_CLIENTS = 1000
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const PREFIX = 'hb_'

/**
 * 256 random bits, so a plain SHA-256 is enough to keep: salt and slow hashes (scrypt) protect what people choose and can be
 * guessed; nobody counts to 2^256, and a fast hash keeps 401 storms cheap (ADR 020).
 */
export const makeToken = (): string => PREFIX + randomBytes(32).toString('base64url')

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/**
 * Clients as the configuration or the clients file states them.
 * @throws AppError CONFIG_INVALID with the position (`${at}[1].scopes`) for anything that is not understood
 */
export function readClients(raw: unknown, at: string): ClientConfig[] {
  if (!Array.isArray(raw) || raw.length > MAX_CLIENTS) throw invalid(at, 'not-a-list')
  const clients = raw.map((client, i) => readClient(client, `${at}[${i}]`))
  const ids = new Set<string>()
  const hashes = new Set<string>()
  clients.forEach(({ id, tokens }, i) => {
    if (ids.has(id)) throw invalid(`${at}[${i}].id`, 'used-twice')
    ids.add(id)
    for (const { sha256 } of tokens) {
      if (hashes.has(sha256)) throw invalid(`${at}[${i}].tokens`, 'used-twice')
      hashes.add(sha256)
    }
  })
  return clients
}

function readClient(raw: unknown, at: string): ClientConfig {
  const { id, tokens, scopes, expires, from } = fields(raw, ['id', 'tokens', 'scopes', 'expires', 'from'], at)
  if (typeof id !== 'string' || !ID.test(id)) throw invalid(`${at}.id`, 'value')
  if (!Array.isArray(tokens) || tokens.length < 1 || tokens.length > MAX_TOKENS) throw invalid(`${at}.tokens`, 'value')
  if (!Array.isArray(scopes) || scopes.length === 0 || !scopes.every(isScope)) throw invalid(`${at}.scopes`, 'scope')
  if (from !== undefined) readAddressRanges(from, `${at}.from`)
  return {
    id,
    tokens: tokens.map((token, i) => readToken(token, `${at}.tokens[${i}]`)),
    scopes,
    ...(expires === undefined ? {} : { expires: instant(expires, `${at}.expires`) }),
    ...(from === undefined ? {} : { from: from as string[] })
  }
}

function readToken(raw: unknown, at: string): ClientToken {
  const { sha256, expires } = fields(raw, ['sha256', 'expires'], at)
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw invalid(`${at}.sha256`, 'value')
  return { sha256, ...(expires === undefined ? {} : { expires: instant(expires, `${at}.expires`) }) }
}

function fields(raw: unknown, known: string[], at: string): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalid(at, 'not-an-object')
  const unknown = Object.keys(raw).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(`${at}.${unknown}`, 'unknown-key')
  return raw as Record<string, unknown>
}

/** An instant with its zone: an end whose zone is a guess ends hours too late somewhere. */
function instant(value: unknown, at: string): string {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(String(value))
  if (!isInstant || Number.isNaN(Date.parse(String(value)))) throw invalid(at, 'instant')
  return String(value)
}

const invalid = (at: string, reason: string): AppError => new AppError('CONFIG_INVALID', { at, reason })
