import { open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { readBounded } from './bounded-file.ts'

/** File under the site's model root that says which folder serves a role, where a person has said so. */
export const IN_USE_FILE = 'in-use.json'
const MAX_BYTES = 256 * 1024
/** Earlier choices that are remembered. */
const MAX_BEFORE = 20

export interface InUse {
  /** Folder name under the root, or 'shipped'. */
  folder: string
  /** What served before, the latest first. */
  before: string[]
}

/**
 * Role -> folder in use. No file: nothing was chosen.
 *
 * @throws AppError CONFIG_INVALID reason `in-use` when the file is there and cannot be read
 */
export async function readInUse(siteRoot: string | undefined): Promise<Map<string, InUse>> {
  if (siteRoot === undefined) return new Map()
  let text: string
  try {
    text = (await readBounded(join(siteRoot, IN_USE_FILE), MAX_BYTES)).toString('utf8')
  } catch (error) {
    if (asAppError(error).reason === 'file-missing') return new Map()
    throw wrong(error)
  }
  try {
    const raw = JSON.parse(text) as Record<string, InUse>
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw wrong()
    return new Map(
      Object.entries(raw).map(([role, { folder, before }]) => {
        if (!isFolderName(folder) || !Array.isArray(before) || !before.every(isFolderName)) throw wrong()
        return [role, { folder, before }]
      })
    )
  } catch (error) {
    throw wrong(error)
  }
}

/** Written whole and renamed, so that whoever reads it sees the old or the new one. */
export async function writeInUse(siteRoot: string, inUse: ReadonlyMap<string, InUse>): Promise<void> {
  const path = join(siteRoot, IN_USE_FILE)
  const temporary = join(siteRoot, `.${IN_USE_FILE}-${process.pid}`)
  const handle = await open(temporary, 'w', 0o644)
  try {
    await handle.writeFile(`${JSON.stringify(Object.fromEntries([...inUse].sort()), null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path).catch(async (error: unknown) => {
    await unlink(temporary).catch(() => {})
    throw error
  })
  const folder = await open(siteRoot, 'r')
  await folder.sync().finally(() => folder.close())
}

/** The choice with another folder in use, which remembers the one before. @param present what serves without a choice */
export function chosen(inUse: InUse | undefined, folder: string, present: string | undefined): InUse {
  const last = inUse?.folder ?? present
  const before = [...(last === undefined || last === folder ? [] : [last]), ...(inUse?.before ?? [])]
  return {
    folder,
    before: before.filter((name, i) => before.indexOf(name) === i && name !== folder).slice(0, MAX_BEFORE)
  }
}

/** A plain name, never a path or a hidden folder. */
export const isFolderName = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)

const wrong = (cause?: unknown) => new AppError('CONFIG_INVALID', { reason: 'in-use', at: IN_USE_FILE, cause })
