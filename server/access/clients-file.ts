import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { asAppError } from '../../core/errors/app-error.ts'
import type { Logger } from '../../core/log.ts'
import { type ClientConfig, readClients } from './clients.ts'

/** @throws AppError CONFIG_INVALID when it cannot be read as a list of clients */
export function readClientsFile(file: string): ClientConfig[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
  return readClients((JSON.parse(text) as { clients?: unknown }).clients, 'clients')
}

/** Whole or not at all: a reader never sees half a list. Readable by the owner only, though it holds hashes alone. */
export function writeClientsFile(file: string, clients: readonly ClientConfig[]): void {
  const checked = readClients(clients, 'clients')
  // The first client may be made before the server was ever started; the folder holds patients later.
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${randomBytes(6).toString('hex')}.new`
  const descriptor = openSync(next, 'wx', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify({ clients: checked }, undefined, 2)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(next, file)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/**
 * The clients of the file as they are now. The file's stamp is looked at on every call (a `stat` costs microseconds), so a client
 * that was revoked is out with its next request; no watcher, no signal, and it works over a mounted volume.
 * A file that cannot be understood lets nobody in, and says so in the log once: the one who broke it may have meant to
 * revoke somebody.
 */
export function followClientsFile(file: string, log: Logger): () => readonly ClientConfig[] {
  let stamp: string | undefined
  let clients: readonly ClientConfig[] = []
  return () => {
    const now = stampOf(file)
    if (now === stamp) return clients
    stamp = now
    try {
      clients = readClientsFile(file)
    } catch (cause) {
      clients = []
      const { code, at, reason } = asAppError(cause, 'CONFIG_INVALID')
      log.error({ code, at, reason }, 'the clients file cannot be read: nobody named there is let in')
    }
    return clients
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.ino}.${found.mtimeNs}.${found.size}` : 'none'
}
