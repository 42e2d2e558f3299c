import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { ModelFolder, ModelManifest } from '../../core/model.ts'
import { MAX_SHIPPED_BYTES, parseManifest } from './manifest.ts'

/** What a site says of a model: prevalence, operating point, bands, its own calibration. */
export const SITE_FILE = 'site.json'

/** What serves a role, or why nothing does. */
export type RoleEntry = { kind: 'model'; folder: ModelFolder } | { kind: 'refused'; dir: string; error: AppError }

export interface RegistryOptions {
  /** Folder of the shipped model folders. */
  shippedRoot: string
  /** Folder of the site's own model folders; absent: none. */
  siteRoot?: string
  /** Role -> folder name under siteRoot, or 'shipped'. */
  choices?: Record<string, string>
}

/**
 * Finds the model folder of every role. A site folder outranks the shipped one; two site folders for one role are
 * refused unless the configuration names one (design section 4). A folder that fails its checks refuses its role: a
 * damaged site model never falls back to the shipped one in silence.
 *
 * A folder under siteRoot with the name of a shipped one, a site.json and no model.json is an overlay: its keys lie over
 * those of the shipped site.json, and those of objects (`calibration`, `bands`) over the keys of the same object.
 *
 * @throws AppError CONFIG_INVALID reason `two-models` or `model-unknown`
 */
export async function discoverModels(options: RegistryOptions): Promise<Map<string, RoleEntry>> {
  const shipped = await overlaid(await readFolders(options.shippedRoot, true), options.siteRoot)
  const site = options.siteRoot ? await readFolders(options.siteRoot, false) : []
  const roles = new Set([...shipped, ...site].map(({ role }) => role))
  const chosen = new Map<string, RoleEntry>()
  for (const role of [...roles].sort()) {
    const choice = options.choices?.[role]
    const found = choose(role, {
      choice,
      shipped: shipped.filter((candidate) => candidate.role === role),
      site: site.filter((candidate) => candidate.role === role)
    })
    chosen.set(role, found.entry)
  }
  for (const role of Object.keys(options.choices ?? {})) {
    if (!roles.has(role)) throw new AppError('CONFIG_INVALID', { reason: 'model-unknown', at: `modules model ${role}` })
  }
  return chosen
}

/**
 * Reads and verifies one model folder.
 *
 * @throws AppError MODEL_UNAVAILABLE (manifest, missing or too large file), MODEL_CHANGED (other sha256)
 */
export async function readModelFolder(dir: string, shipped: boolean): Promise<ModelFolder> {
  const manifest = parseManifest(await readText(join(dir, 'model.json')))
  const bytes = await readModelBytes(join(dir, manifest.file), manifest.sha256)
  if (shipped && bytes.byteLength > MAX_SHIPPED_BYTES) throw new AppError('MODEL_UNAVAILABLE', { reason: 'too-large' })
  await readAssets(dir, manifest)
  const siteText = await readFile(join(dir, SITE_FILE), 'utf8').catch(() => undefined)
  const site = siteText === undefined ? undefined : parseSite(siteText)
  return { role: manifest.implements, dir, manifest, site, shipped }
}

/** The bytes of a model file if they have the named hash. @throws AppError MODEL_CHANGED, MODEL_UNAVAILABLE */
export async function readModelBytes(path: string, expectedSha256: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'file-missing', cause })
  })
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
    const bytes = await readModelBytes(join(dir, file), expected)
    try {
      read.set(file, JSON.parse(new TextDecoder().decode(bytes)))
    } catch (cause) {
      throw new AppError('MODEL_UNAVAILABLE', { reason: 'asset', at: file, cause })
    }
  }
  return read
}

/** Shipped folders with what the site lays over them. An overlay that cannot be read refuses its role, like a damaged model. */
function overlaid(shipped: Candidate[], siteRoot: string | undefined): Promise<Candidate[]> {
  if (siteRoot === undefined) return Promise.resolve(shipped)
  return Promise.all(
    shipped.map(async (candidate): Promise<Candidate> => {
      const { dir, entry } = candidate
      const overlay = join(siteRoot, basename(dir))
      const isModel = (await readFile(join(overlay, 'model.json')).catch(() => undefined)) !== undefined
      const text = isModel ? undefined : await readFile(join(overlay, SITE_FILE), 'utf8').catch(() => undefined)
      if (text === undefined || entry.kind !== 'model') return candidate
      try {
        const site = laidOver(entry.folder.site ?? {}, parseSite(text))
        return { ...candidate, entry: { kind: 'model', folder: { ...entry.folder, site } } }
      } catch (error) {
        return { ...candidate, entry: { kind: 'refused', dir, error: asAppError(error, 'MODEL_UNAVAILABLE') } }
      }
    })
  )
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

interface Candidate {
  role: string
  dir: string
  entry: RoleEntry
}

async function readFolders(root: string, shipped: boolean): Promise<Candidate[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const candidates: Candidate[] = []
  for (const { name } of entries.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const dir = join(root, name)
    const text = await readFile(join(dir, 'model.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const role = declaredRole(text) ?? name
    try {
      candidates.push({ role, dir, entry: { kind: 'model', folder: await readModelFolder(dir, shipped) } })
    } catch (error) {
      candidates.push({ role, dir, entry: { kind: 'refused', dir, error: asAppError(error, 'MODEL_UNAVAILABLE') } })
    }
  }
  return candidates
}

function choose(
  role: string,
  { choice, shipped, site }: { choice?: string; shipped: Candidate[]; site: Candidate[] }
): Candidate {
  const at = `modules model ${role}`
  if (choice !== undefined) {
    const named = (choice === 'shipped' ? shipped : site).filter(
      ({ dir }) => choice === 'shipped' || basename(dir) === choice
    )
    if (!named[0]) throw new AppError('CONFIG_INVALID', { reason: 'model-unknown', at })
    return named[0]
  }
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

function parseSite(text: string): Record<string, unknown> {
  try {
    const site = JSON.parse(text) as unknown
    if (typeof site === 'object' && site !== null && !Array.isArray(site)) return site as Record<string, unknown>
  } catch (cause) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'manifest', at: SITE_FILE, cause })
  }
  throw new AppError('MODEL_UNAVAILABLE', { reason: 'manifest', at: SITE_FILE })
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'manifest', at: 'model.json', cause })
  })
}
