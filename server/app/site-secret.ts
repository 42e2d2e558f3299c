import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { Config } from '../config/schema.ts'
import type { Settings } from './settings.ts'

const SECRET = 'site-secret'
const PRINT = 'site-secret-print'
const PRINTED = 'hisbundle site secret'
const LEAST_CHARACTERS = 32

/**
 * The key under which ids are made from business identifiers (ADR 007). A file when one is configured; else, on a store
 * that processes share, made once and kept in it; else made once beside the embedded store. The store remembers a keyed
 * print of it, so that a server with another secret does not write everything a second time under other ids.
 *
 * @throws AppError CONFIG_INVALID at `siteSecretFile`: not readable, too short, or not the secret of this store
 */
export async function siteSecret(config: Config, settings: Settings): Promise<string> {
  const secret = config.siteSecretFile
    ? readConfigured(config.siteSecretFile)
    : config.store.kind === 'sqlite'
      ? besideTheStore(config.dataDir)
      : await settings.setOnce(SECRET, fresh())
  const print = createHmac('sha256', secret).update(PRINTED).digest('hex')
  if ((await settings.setOnce(PRINT, print)) !== print) {
    throw new AppError('CONFIG_INVALID', { at: 'siteSecretFile', reason: 'not-the-secret-of-this-store' })
  }
  return secret
}

const fresh = (): string => randomBytes(32).toString('hex')

function readConfigured(file: string): string {
  let secret: string
  try {
    secret = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { at: 'siteSecretFile', reason: 'not-readable', cause })
  }
  if (secret.length < LEAST_CHARACTERS)
    throw new AppError('CONFIG_INVALID', { at: 'siteSecretFile', reason: 'too-short' })
  return secret
}

/** Readable by the owner only. */
function besideTheStore(dataDir: string): string {
  const file = join(dataDir, 'site-secret')
  if (!existsSync(file)) writeFileSync(file, fresh(), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8')
}
