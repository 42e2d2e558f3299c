import { readFileSync } from 'node:fs'
import { AppError } from '../../../core/errors/app-error.ts'
import type { FhirDestinationConfig } from '../../config/schema.ts'

export interface MirrorOptions {
  /** Service base with trailing slash. */
  base: string
  patients: 'id' | 'identifier'
  timeoutMs: number
  /** The Authorization header, read anew for each call: a token that was renewed in its file counts from the next. */
  authorization(): string | undefined
}

const KEYS = ['patients', 'bearerTokenFile', 'bearerTokenVariable', 'timeoutMs']
const TIMEOUT_MS = 20_000

/**
 * @param env where `bearerTokenVariable` is looked up
 * @throws AppError CONFIG_INVALID with the position; never with a value
 */
export function readMirrorOptions(config: FhirDestinationConfig, env: NodeJS.ProcessEnv = process.env): MirrorOptions {
  const at = `destinations ${config.name}`
  const invalid = (key: string, reason: string): AppError =>
    new AppError('CONFIG_INVALID', { at: `${at} ${key}`, reason })
  const url = URL.canParse(config.address) ? new URL(config.address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw invalid('address', 'not-http')
  // A URL is logged and shown by many programs on its way.
  if (url.username !== '' || url.password !== '') throw invalid('address', 'credentials-in-address')
  const { patients = 'id', timeoutMs = TIMEOUT_MS, bearerTokenFile, bearerTokenVariable } = config.profile
  const unknown = Object.keys(config.profile).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw invalid('profile', 'unknown-key')
  if (patients !== 'id' && patients !== 'identifier') throw invalid('profile.patients', 'value')
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1) throw invalid('profile.timeoutMs', 'value')
  if (bearerTokenFile !== undefined && bearerTokenVariable !== undefined) throw invalid('profile', 'two-tokens')
  const token = (): string | undefined => {
    if (bearerTokenVariable !== undefined) return env[bearerTokenVariable]
    return bearerTokenFile === undefined ? undefined : readToken(bearerTokenFile)
  }
  const isWanted = bearerTokenFile !== undefined || bearerTokenVariable !== undefined
  if (isWanted && !token()) throw invalid('profile', 'no-token')
  return {
    base: url.href.endsWith('/') ? url.href : `${url.href}/`,
    patients,
    timeoutMs,
    authorization() {
      const now = token()
      return now ? `Bearer ${now.trim()}` : undefined
    }
  }
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
