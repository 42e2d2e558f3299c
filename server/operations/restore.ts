import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { AppError } from '../../core/errors/app-error.ts'
import { blobPath } from '../blobs/blob-files.ts'
import { copyDurably, emptyFolder } from './backup.ts'
import { type BackupManifest, BLOB_LIST, fileFacts, PARTS, readManifest, syncPath } from './backup-manifest.ts'
import { checkDatabase } from './bus-snapshot.ts'

/**
 * Reads a backup whole: every file against its hash, every listed blob against its name, both databases by SQLite's own
 * check.
 * @throws AppError BACKUP_INVALID: `no-manifest`, `manifest`, `newer-format`, `missing`, `damaged`, with the part as position
 */
export async function verifyBackup(dir: string): Promise<BackupManifest> {
  const manifest = await readManifest(dir)
  for (const [name, wanted] of Object.entries(manifest.files)) await sameFacts(join(dir, name), name, wanted)
  for (const part of [PARTS.store, PARTS.bus]) {
    if (!manifest.files[part]) throw new AppError('BACKUP_INVALID', { reason: 'missing', at: part })
    checkDatabase(join(dir, part), part)
  }
  let count = 0
  for await (const sha256 of listedBlobs(dir, manifest)) {
    await sameFacts(join(dir, PARTS.blobs, blobPath(sha256)), PARTS.blobs, { sha256 })
    count++
  }
  if (count !== manifest.blobs.count) throw new AppError('BACKUP_INVALID', { reason: 'missing', at: BLOB_LIST })
  return manifest
}

/**
 * Verifies a backup and copies it to a data folder that is empty or absent. A server that starts on it goes on where the
 * backup stood: what it had handled since then it handles again, under the same identities.
 * @throws AppError BACKUP_TARGET (reason `not-empty`), BACKUP_INVALID
 */
export async function restore({ from, to }: { from: string; to: string }): Promise<BackupManifest> {
  await emptyFolder(to)
  const manifest = await verifyBackup(from)
  const folders = new Set<string>([to])
  const copy = async (name: string): Promise<void> => {
    const folder = dirname(join(to, name))
    if (!folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 })
    folders.add(folder)
    await copyDurably(join(from, name), join(to, name))
  }
  for await (const sha256 of listedBlobs(from, manifest)) await copy(join(PARTS.blobs, blobPath(sha256)))
  for (const name of Object.keys(manifest.files)) if (name !== BLOB_LIST) await copy(name)
  for (const folder of [...folders].reverse()) await syncPath(folder)
  return manifest
}

async function* listedBlobs(dir: string, { files }: BackupManifest): AsyncIterable<string> {
  if (!files[BLOB_LIST]) return
  for await (const line of createInterface(createReadStream(join(dir, BLOB_LIST))))
    if (/^[0-9a-f]{64}$/.test(line)) yield line
}

async function sameFacts(path: string, at: string, wanted: { size?: number; sha256: string }): Promise<void> {
  const found = await fileFacts(path).catch((cause: unknown) => {
    throw new AppError('BACKUP_INVALID', { reason: 'missing', at, cause })
  })
  if (found.sha256 !== wanted.sha256 || (wanted.size !== undefined && found.size !== wanted.size))
    throw new AppError('BACKUP_INVALID', { reason: 'damaged', at })
}
