import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { failpoint } from '../../core/failpoint.ts'
import { isFolderName } from '../../inference/runtime/in-use.ts'
import { MAX_SITE_BYTES } from '../../inference/runtime/manifest.ts'
import { type CheckOptions, checkFolder, type FolderCheck } from './check/check-folder.ts'
import { type FolderFile, folderFiles } from './folder-files.ts'

const STAGING = '.staging-'
/** What a killed installation left is older than any that goes on. */
const STALE_MS = 60 * 60_000
const PIECE_BYTES = 1024 * 1024

export interface Installed {
  check: FolderCheck
  /** Name under the root; absent where the check failed and nothing was installed. */
  name?: string
}

/**
 * Copies a model folder under the site's root: into a folder that nobody looks at, checked there (what was checked is what is
 * served), made durable and renamed into place. Killed at any moment it leaves the root as it was, but for that folder, which the next
 * installation takes away.
 *
 * @param name of the folder under the root; default: its own
 * @param beforeRename called once all is checked, before anybody can see the folder
 * @throws AppError CONFIG_INVALID: `folder-name`, `folder-exists`; MODEL_UNAVAILABLE as `folderFiles`
 */
export async function installFolder(
  folder: string,
  {
    root,
    name = basename(resolve(folder)),
    beforeRename,
    ...options
  }: CheckOptions & { root: string; name?: string; beforeRename?(role: string): Promise<void> }
): Promise<Installed> {
  if (!isFolderName(name)) throw new AppError('CONFIG_INVALID', { at: name, reason: 'folder-name' })
  const target = join(root, name)
  await mkdir(root, { recursive: true })
  await removeStale(root)
  if (await isThere(target)) throw new AppError('CONFIG_INVALID', { at: name, reason: 'folder-exists' })
  const files = await folderFiles(folder, options.maxSiteBytes ?? MAX_SITE_BYTES)
  const staging = join(root, `${STAGING}${name}-${randomUUID()}`)
  try {
    for (const file of files) await copyFile(file, { from: folder, to: staging })
    failpoint('models.copied')
    const check = await checkFolder(staging, options)
    if (!check.passed) return { check }
    await syncFolder(staging)
    failpoint('models.checked')
    await beforeRename?.(check.manifest!.implements)
    failpoint('models.pinned')
    await rename(staging, target).catch((cause: unknown) => {
      throw new AppError('CONFIG_INVALID', { at: name, reason: 'folder-exists', cause })
    })
    await syncFolder(root)
    failpoint('models.renamed')
    return { check, name }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Takes a folder out of sight at once and then away. @throws AppError FHIR_NOT_FOUND when there is none */
export async function removeFolder(root: string, name: string): Promise<void> {
  if (!isFolderName(name)) throw new AppError('CONFIG_INVALID', { at: name, reason: 'folder-name' })
  const gone = join(root, `${STAGING}removed-${randomUUID()}`)
  await rename(join(root, name), gone).catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { at: name, reason: 'folder-missing', cause })
  })
  await syncFolder(root)
  await rm(gone, { recursive: true, force: true })
}

/** Never more than was seen when the folder was looked through, and never through a link that came since. */
async function copyFile({ path, bytes }: FolderFile, { from, to }: { from: string; to: string }): Promise<void> {
  const target = join(to, path)
  await mkdir(dirname(target), { recursive: true })
  const changed = (cause?: unknown) => new AppError('MODEL_CHANGED', { at: path, cause })
  const source = await open(join(from, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw changed(cause)
    }
  )
  let copy: FileHandle | undefined
  try {
    copy = await open(target, 'wx', 0o644)
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    let at = 0
    while (at < bytes) {
      const { bytesRead } = await source.read(piece, 0, Math.min(PIECE_BYTES, bytes - at), at)
      if (bytesRead === 0) throw changed()
      await copy.write(piece, 0, bytesRead)
      at += bytesRead
    }
    await copy.sync()
  } finally {
    await source.close()
    await copy?.close()
  }
}

async function removeStale(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(STAGING)) continue
    const path = join(root, name)
    const facts = await stat(path).catch(() => undefined)
    if (facts && Date.now() - facts.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  )

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
