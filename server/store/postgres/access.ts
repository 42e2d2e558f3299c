import { readFileSync } from 'node:fs'
import { AppError } from '../../../core/errors/app-error.ts'
import type { PostgresStoreConfig } from '../../config/sections/store.ts'
import type { PostgresAccess } from './connect.ts'

const DEFAULT_PORT = 5432
const HERE = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The way to the database that the configuration names.
 *
 * @throws AppError CONFIG_INVALID when a named file cannot be read
 */
export function accessOf(config: PostgresStoreConfig): PostgresAccess {
  const url = new URL(config.url)
  const socket = url.searchParams.get('host') ?? undefined
  const here = socket !== undefined || url.hostname === '' || HERE.has(url.hostname)
  const tls = config.tls === 'verify' || (config.tls === '' && !here)
  const password =
    config.passwordFile === ''
      ? url.password === ''
        ? process.env['PGPASSWORD']
        : decodeURIComponent(url.password)
      : read(config.passwordFile, 'passwordFile').split('\n')[0]!.trimEnd()
  return {
    host: socket ?? (url.hostname === '' ? 'localhost' : url.hostname.replace(/^\[|\]$/g, '')),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decodeURIComponent(url.username),
    ...(password === undefined ? {} : { password }),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(tls ? { tls: config.caFile === '' ? true : { ca: read(config.caFile, 'caFile') } } : {}),
    schema: config.schema,
    statementTimeoutMs: config.statementTimeoutMs
  }
}

function read(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new AppError('CONFIG_INVALID', { at: `store.${key}`, reason: 'not-readable' })
  }
}
