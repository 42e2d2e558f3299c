import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { ModelFolder, ModelManifest } from '../../core/model.ts'
import { withAgreement } from './agreement.ts'
import { readBounded, verifyFile } from './bounded-file.ts'
import { IN_USE_FILE, type InUse, readInUse } from './in-use.ts'
import { MAX_ASSET_BYTES, MAX_MANIFEST_BYTES, MAX_SHIPPED_BYTES, MAX_SITE_BYTES, parseManifest } from './manifest.ts'
import type { RoleEntry } from './role-entry.ts'

export type { RoleEntry } from './role-entry.ts'

/** What a site says of a model: prevalence, operating point, bands, its own calibration. */
export const SITE_FILE = 'site.json'

export interface RegistryOptions {
  /** Folder of the shipped model folders. */
  shippedRoot: string
  /** Folder of the site's own model folders; absent: none. */
  siteRoot?: string
  /** Role -> folder name under siteRoot, or 'shipped'. Outranks what `in-use.json` of the root says. */
  choices?: Record<string, string>
  /** A site's model file may have so many bytes. Default 512 MiB. */
  maxSiteBytes?: number
}

/**
 * Finds the model folder of every role. What the configuration names serves, else what `in-use.json` of the site's root names
 * (`hisbundle models use`); without either a site folder outranks the shipped one, and two site folders for one role are refused
 * (design section 4). A folder that fails its checks, or is named and missing, refuses its role: a damaged site model never falls
 * back to the shipped one in silence. A head whose encoder in service is another is refused (`agreement.ts`).
 *
 * A folder under siteRoot with the name of a shipped one, a site.json and no model.json is an overlay: its keys lie over
 * those of the shipped site.json, and those of objects (`calibration`, `bands`) over the keys of the same object.
 *
 * @throws AppError CONFIG_INVALID reason `two-models`, `model-unknown` or `in-use`
 */
export async function discoverModels(options: RegistryOptions): Promise<Map<string, RoleEntry>> {
  const { siteRoot, choices = {} } = options
  const [shipped, site, inUse] = await Promise.all([
    readFolders(options.shippedRoot, true),
    siteRoot === undefined ? [] : readFolders(siteRoot, false),
    readInUse(siteRoot)
  ])
  const found = new Map<string, RoleEntry>()
  const roles = new Set([...[...shipped, ...site].map(({ role }) => role), ...inUse.keys()])
  for (const role of [...roles].sort()) {
    const named = { choice: choices[role], inUse: inUse.get(role) }
    const of = (candidates: Candidate[]) => candidates.filter((candidate) => candidate.role === role)
    const folder = choose(role, { ...named, shipped: of(shipped), site: of(site) })
    found.set(role, folder ? await entryOf(folder, options) : missingEntry())
  }
  for (const role of Object.keys(choices)) {
    if (!found.has(role)) throw new AppError('CONFIG_INVALID', { reason: 'model-unknown', at: `modules model ${role}` })
  }
  return withAgreement(found)
}

/**
 * Reads and verifies one model folder.
 *
 * @throws AppError MODEL_UNAVAILABLE (manifest, missing or too large file), MODEL_CHANGED (other sha256)
 */
export async function readModelFolder(
  dir: string,
  shipped: boolean,
  maxSiteBytes = MAX_SITE_BYTES
): Promise<ModelFolder> {
  const manifest = parseManifest(await readText(join(dir, 'model.json')))
  await verifyFile(join(dir, manifest.file), manifest.sha256, shipped ? MAX_SHIPPED_BYTES : maxSiteBytes)
  await readAssets(dir, manifest)
  return { role: manifest.implements, dir, manifest, site: await siteOf(dir), shipped }
}

/** The bytes of a model file if they have the named hash. @throws AppError MODEL_CHANGED, MODEL_UNAVAILABLE */
export async function readModelBytes(
  path: string,
  expectedSha256: string,
  maxBytes = Number.POSITIVE_INFINITY
): Promise<Uint8Array> {
  const bytes = await readBounded(path, maxBytes)
  if (sha256(bytes) !== expectedSha256) throw new AppError('MODEL_CHANGED', { at: basename(path) })
  return bytes
}

/**
 * The JSON files that belong to a model, parsed, by file name.
 *
 * @throws AppError MODEL_CHANGED, MODEL_UNAVAILABLE (missing, or reason `asset`: not JSON)
 */
export async function readAssets(dir: string, { assets = [] }: ModelManifest): Promise<Map<string, unknown>> {
  const read = new Map<string, unknown>()
  for (const { file, sha256: expected } of assets) {
    const bytes = await readModelBytes(join(dir, file), expected, MAX_ASSET_BYTES)
    try {
      read.set(file, JSON.parse(new TextDecoder().decode(bytes)))
    } catch (cause) {
      throw new AppError('MODEL_UNAVAILABLE', { reason: 'asset', at: file, cause })
    }
  }
  return read
}

/** The chosen folder, verified; of a shipped one with what the site lays over it. Whatever is wrong refuses the role. */
async function entryOf(
  { dir, shipped }: Pick<Candidate, 'dir' | 'shipped'>,
  { siteRoot, maxSiteBytes }: RegistryOptions
): Promise<RoleEntry> {
  try {
    const folder = await readModelFolder(dir, shipped, maxSiteBytes)
    const over = shipped && siteRoot !== undefined ? await overlayOf(join(siteRoot, basename(dir))) : undefined
    return { kind: 'model', folder: over ? { ...folder, site: laidOver(folder.site ?? {}, over) } : folder }
  } catch (error) {
    return { kind: 'refused', dir, error: asAppError(error, 'MODEL_UNAVAILABLE') }
  }
}

const missingEntry = (): RoleEntry => ({
  kind: 'refused',
  dir: '',
  error: new AppError('MODEL_UNAVAILABLE', { reason: 'folder-missing', at: IN_USE_FILE })
})

/** The site.json of a folder that is no model of its own. */
async function overlayOf(dir: string): Promise<Record<string, unknown> | undefined> {
  const isModel = await readText(join(dir, 'model.json')).then(
    () => true,
    () => false
  )
  return isModel ? undefined : siteOf(dir)
}

/** Keys of `over` replace those of `base`; where both hold an object, key by key of it. */
export function laidOver(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
      const [below, above] = [base[key], over[key]]
      if (!(key in over)) return [key, below]
      return [key, isObject(below) && isObject(above) ? { ...below, ...above } : above]
    })
  )
}

/** A folder with a model.json, not yet verified. */
export interface Candidate {
  role: string
  dir: string
  shipped: boolean
}

/** The model folders of a root, by name; what begins with a point is being copied or removed and does not count. */
export async function readFolders(root: string, shipped: boolean): Promise<Candidate[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  const candidates: Candidate[] = []
  for (const name of names.sort()) {
    const dir = join(root, name)
    const text = await readText(join(dir, 'model.json')).catch(() => undefined)
    if (text !== undefined) candidates.push({ role: declaredRole(text) ?? name, dir, shipped })
  }
  return candidates
}

function choose(
  role: string,
  {
    choice,
    inUse,
    shipped,
    site
  }: { choice: string | undefined; inUse: InUse | undefined; shipped: Candidate[]; site: Candidate[] }
): Candidate | undefined {
  const at = `modules model ${role}`
  const named = (name: string) => (name === 'shipped' ? shipped[0] : site.find(({ dir }) => basename(dir) === name))
  if (choice !== undefined) {
    const folder = named(choice)
    if (!folder) throw new AppError('CONFIG_INVALID', { reason: 'model-unknown', at })
    return folder
  }
  // A folder that was put in use and is gone refuses the role.
  if (inUse) return named(inUse.folder)
  if (site.length > 1 || (site.length === 0 && shipped.length > 1)) {
    throw new AppError('CONFIG_INVALID', { reason: 'two-models', at })
  }
  return (site[0] ?? shipped[0])!
}

/** The role of a folder whose manifest may be wrong elsewhere, so that its refusal hits the right role. */
function declaredRole(text: string): string | undefined {
  try {
    const role = (JSON.parse(text) as { implements?: unknown }).implements
    return typeof role === 'string' ? role : undefined
  } catch {
    return undefined
  }
}

async function siteOf(dir: string): Promise<Record<string, unknown> | undefined> {
  const bytes = await readBounded(join(dir, SITE_FILE), MAX_MANIFEST_BYTES).catch(() => undefined)
  return bytes && parseSite(bytes.toString('utf8'))
}

function parseSite(text: string): Record<string, unknown> {
  try {
    const site = JSON.parse(text) as unknown
    if (typeof site === 'object' && site !== null && !Array.isArray(site)) return site as Record<string, unknown>
  } catch (cause) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'manifest', at: SITE_FILE, cause })
  }
  throw new AppError('MODEL_UNAVAILABLE', { reason: 'manifest', at: SITE_FILE })
}

async function readText(path: string): Promise<string> {
  try {
    return (await readBounded(path, MAX_MANIFEST_BYTES)).toString('utf8')
  } catch (cause) {
    const { reason } = asAppError(cause)
    const isPlace = reason === 'link' || reason === 'too-large'
    throw new AppError('MODEL_UNAVAILABLE', { reason: isPlace ? reason : 'manifest', at: 'model.json', cause })
  }
}
