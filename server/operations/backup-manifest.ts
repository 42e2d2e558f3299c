import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../core/errors/app-error.ts'

/** Raised when a backup of this program could no longer be read by the one before. */
export const BACKUP_FORMAT = 1
const MANIFEST = 'manifest.json'

/** Where each part lies in the data folder and, under the same name, in a backup. */
export const PARTS = {
  bus: 'bus.sqlite',
  store: 'store/fhir.sqlite',
  secret: 'site-secret',
  clients: 'clients.json',
  blobs: 'blobs'
} as const
/** Names of the blobs of a backup, one a line. */
export const BLOB_LIST = 'blobs.list'
/** Every file that a manifest may name. */
const BACKUP_FILES = [PARTS.bus, PARTS.store, PARTS.secret, PARTS.clients, BLOB_LIST] as const

/** The last file written: a folder without it is a backup that was not finished. */
export interface BackupManifest {
  format: number
  /** Version of the program that wrote it. */
  version: string
  /** Everything acknowledged before this instant is in it. */
  startedAt: string
  finishedAt: string
  /** Relative path -> size and sha256 of everything but the blobs, which lie under their own hash. */
  files: Record<string, { size: number; sha256: string }>
  blobs: { count: number; bytes: number }
}

export async function writeManifest(dir: string, manifest: BackupManifest): Promise<void> {
  await writeFile(join(dir, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await syncPath(join(dir, MANIFEST))
  await syncPath(dir)
}

/** @throws AppError BACKUP_INVALID (reasons `no-manifest`, `manifest`, `newer-format`) */
export async function readManifest(dir: string): Promise<BackupManifest> {
  const text = await readFile(join(dir, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new AppError('BACKUP_INVALID', { reason: 'no-manifest', cause })
  })
  let manifest: BackupManifest
  try {
    manifest = JSON.parse(text) as BackupManifest
  } catch (cause) {
    throw new AppError('BACKUP_INVALID', { reason: 'manifest', cause })
  }
  if (typeof manifest?.format !== 'number' || typeof manifest.files !== 'object' || !manifest.blobs)
    throw new AppError('BACKUP_INVALID', { reason: 'manifest' })
  // Names are of ours: one that leads elsewhere would be written elsewhere.
  if (Object.keys(manifest.files).some((name) => !(BACKUP_FILES as readonly string[]).includes(name)))
    throw new AppError('BACKUP_INVALID', { reason: 'manifest' })
  if (manifest.format > BACKUP_FORMAT) throw new AppError('BACKUP_INVALID', { reason: 'newer-format' })
  return manifest
}

/** Size and sha256 of a file of any size. */
export async function fileFacts(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(createReadStream(path), async (chunks) => {
    for await (const chunk of chunks) {
      hash.update(chunk as Buffer)
      size += (chunk as Buffer).byteLength
    }
  })
  return { size, sha256: hash.digest('hex') }
}

/** fsync of a file or a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
