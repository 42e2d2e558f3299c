import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { blobPath, blobsOf } from '../blobs/blob-files.ts'
import { VERSION } from '../metrics/metrics.ts'
import {
  BACKUP_FORMAT,
  type BackupManifest,
  BLOB_LIST,
  fileFacts,
  PARTS,
  syncPath,
  writeManifest
} from './backup-manifest.ts'
import { readOffsets, rewind, snapshot } from './bus-snapshot.ts'

export interface BackupOptions {
  dataDir: string
  /** Folder of the blobs when it does not lie in the data folder; undefined: they are not files and are not copied. */
  blobsDir: string | undefined
  to: string
  now?: () => Date
  /** Told after each step, and waited for: to show how far it is. */
  onStep?(step: 'offsets' | 'store' | 'bus' | 'blobs'): Promise<void> | void
}

/**
 * Copies the embedded parts while the server runs, so that a restore loses nothing acknowledged before the backup began.
 *
 * The order is what makes it whole, since no moment is common to both databases:
 *
 * 1. offsets of the bus, 2. the store, 3. the log of the bus with the offsets of step 1, 4. the blobs.
 *
 * A message that was recorded after the store's copy lies behind the offsets of step 1 and is recorded again at the restore;
 * an event that the relay put on the bus and deleted before the store's copy is in the log of step 3; a timer that fired in
 * between is in both and fires once more, which its handler knows by its key. Blobs are never changed, and those that
 * the copies name are collected only long after nobody names them. Identities make every repetition harmless.
 *
 * @throws AppError BACKUP_TARGET (reason `not-empty`), BACKUP_INVALID (reason `trimmed`: try again)
 */
export async function backup(options: BackupOptions): Promise<BackupManifest> {
  const { dataDir, blobsDir, to, now = () => new Date(), onStep } = options
  await emptyFolder(to)
  const startedAt = now().toISOString()
  const bus = join(dataDir, PARTS.bus)
  const offsets = readOffsets(bus)
  await onStep?.('offsets')
  await mkdir(dirname(join(to, PARTS.store)), { recursive: true, mode: 0o700 })
  snapshot(join(dataDir, PARTS.store), join(to, PARTS.store))
  await onStep?.('store')
  snapshot(bus, join(to, PARTS.bus))
  rewind(join(to, PARTS.bus), offsets)
  await onStep?.('bus')
  const names: string[] = [PARTS.store, PARTS.bus]
  // What a site may keep elsewhere, by its configuration.
  for (const name of [PARTS.secret, PARTS.clients]) {
    if (!existsSync(join(dataDir, name))) continue
    await copyDurably(join(dataDir, name), join(to, name))
    names.push(name)
  }
  const blobs = blobsDir === undefined ? { count: 0, bytes: 0 } : await copyBlobs(blobsDir, to)
  if (blobsDir !== undefined) names.push(BLOB_LIST)
  await onStep?.('blobs')
  const files: BackupManifest['files'] = {}
  for (const name of names) {
    await syncPath(join(to, name))
    files[name] = await fileFacts(join(to, name))
  }
  await syncPath(dirname(join(to, PARTS.store)))
  const manifest = { format: BACKUP_FORMAT, version: VERSION, startedAt, finishedAt: now().toISOString(), files, blobs }
  await writeManifest(to, manifest)
  return manifest
}

/** @throws AppError BACKUP_TARGET when there is something in it already */
export async function emptyFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 0) throw new AppError('BACKUP_TARGET', { reason: 'not-empty' })
}

async function copyBlobs(from: string, to: string): Promise<{ count: number; bytes: number }> {
  const target = join(to, PARTS.blobs)
  await mkdir(target, { recursive: true, mode: 0o700 })
  const list = await open(join(to, BLOB_LIST), 'wx', 0o600)
  let [count, bytes, folder] = [0, 0, '']
  try {
    for await (const sha256 of blobsOf(from)) {
      const path = join(target, blobPath(sha256))
      if (dirname(path) !== folder) {
        if (folder) await syncPath(folder)
        folder = dirname(path)
        await mkdir(folder, { recursive: true, mode: 0o700 })
      }
      bytes += await copyDurably(join(from, blobPath(sha256)), path)
      count++
      await list.write(`${sha256}\n`)
    }
    if (folder) await syncPath(folder)
    await syncPath(target)
  } finally {
    await list.close()
  }
  return { count, bytes }
}

/** A clone where the file system can (no second copy of the bytes on one disk). @returns its size */
export async function copyDurably(from: string, to: string): Promise<number> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const file = await open(to, 'r')
  try {
    await file.chmod(0o600)
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}
