import { basename } from 'node:path'
import { asAppError } from '../../core/errors/app-error.ts'
import { discoverModels, readFolders, readModelFolder } from '../../inference/runtime/registry.ts'
import type { SitePlaces } from './choices.ts'

/** One folder of either root and what it is to its role. */
export interface Listed {
  role: string
  /** Folder name. */
  folder: string
  shipped: boolean
  state: 'in service' | 'not in use' | 'refused'
  name?: string
  version?: string
  sha256?: string
  /** Why it is refused. */
  code?: string
  reason?: string
}

/**
 * All model folders, those in service first. Two folders for one role without a choice: both are refused, with the reason that a start
 * would give.
 */
export async function listFolders(places: SitePlaces): Promise<Listed[]> {
  const serving = await discoverModels(places).catch((error: unknown) => asAppError(error))
  const folders = [...(await readFolders(places.siteRoot, false)), ...(await readFolders(places.shippedRoot, true))]
  const rows: Listed[] = []
  for (const { role, dir, shipped } of folders) {
    const entry = serving instanceof Map ? serving.get(role) : undefined
    const at = { role, folder: basename(dir), shipped }
    const place = entry?.kind === 'model' ? entry.folder.dir : entry?.dir
    try {
      const { manifest } = await readModelFolder(dir, shipped, places.maxSiteBytes)
      const facts = { name: manifest.name, version: manifest.version, sha256: manifest.sha256 }
      const error = entry?.kind === 'refused' && place === dir ? entry.error : undefined
      rows.push({
        ...at,
        ...facts,
        state: error ? 'refused' : place === dir ? 'in service' : 'not in use',
        ...(error ? { code: error.code, ...(error.reason ? { reason: error.reason } : {}) } : {})
      })
    } catch (error) {
      const { code, reason } = asAppError(error, 'MODEL_UNAVAILABLE')
      rows.push({ ...at, state: 'refused', code, ...(reason ? { reason } : {}) })
    }
  }
  // Put in use and gone: no folder has it.
  if (serving instanceof Map) {
    for (const [role, entry] of serving) {
      if (entry.kind !== 'refused' || entry.dir !== '') continue
      rows.push({
        role,
        folder: '-',
        shipped: false,
        state: 'refused',
        code: entry.error.code,
        reason: entry.error.reason
      })
    }
  }
  const rank = { 'in service': 0, refused: 1, 'not in use': 2 }
  return rows.sort((a, b) => a.role.localeCompare(b.role, 'en') || rank[a.state] - rank[b.state])
}
