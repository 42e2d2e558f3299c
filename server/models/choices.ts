import { basename } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { chosen, type InUse, readInUse, writeInUse } from '../../inference/runtime/in-use.ts'
import { discoverModels, type RegistryOptions, readFolders } from '../../inference/runtime/registry.ts'

/** A choice that was made, and the way to take it back when the server did not follow. */
export interface Choice {
  folder: string
  undo(): Promise<void>
}

/**
 * Puts a folder in use for a role, in `in-use.json` of the root.
 *
 * @param folder name under the root, or 'shipped'
 * @throws AppError MODEL_UNAVAILABLE reason `folder-missing`; CONFIG_INVALID reason `role` (the folder is for another) or
 *   `named-in-configuration` (that outranks what is chosen here)
 */
export async function useFolder(role: string, folder: string, places: SitePlaces): Promise<Choice> {
  if (places.choices?.[role] !== undefined && places.choices[role] !== folder) {
    throw new AppError('CONFIG_INVALID', { at: `modules model ${role}`, reason: 'named-in-configuration' })
  }
  const roleOf = await rolesOf(places)
  const isShipped = folder === 'shipped'
  const roles = isShipped ? roleOf.shipped : roleOf.site.has(folder) ? [roleOf.site.get(folder)!] : []
  if (roles.length === 0) throw new AppError('MODEL_UNAVAILABLE', { at: folder, reason: 'folder-missing' })
  if (!roles.includes(role)) throw new AppError('CONFIG_INVALID', { at: folder, reason: 'role' })
  return write(role, folder, places)
}

/**
 * Writes down what serves a role now, where nobody has chosen it yet: so that a folder which comes beside it changes nothing by being
 * there, whatever happens to who brought it.
 */
export async function pin(role: string, places: SitePlaces): Promise<void> {
  const inUse = await readInUse(places.siteRoot)
  const serving = inUse.has(role) ? undefined : await servingName(role, { ...places, choices: {} })
  if (serving !== undefined)
    await writeInUse(places.siteRoot, new Map([...inUse, [role, { folder: serving, before: [] }]]))
}

/** The folder that was in use before. @throws AppError CONFIG_INVALID reason `no-earlier` */
export async function rollBack(role: string, places: SitePlaces): Promise<Choice> {
  const { site } = await rolesOf(places)
  const before = (await readInUse(places.siteRoot)).get(role)?.before ?? []
  const folder = before.find((name) => name === 'shipped' || site.has(name))
  if (folder === undefined) throw new AppError('CONFIG_INVALID', { at: role, reason: 'no-earlier' })
  return useFolder(role, folder, places)
}

/**
 * What serves instead of a folder that is to be removed, put in use: the one before it, else the shipped one.
 *
 * @returns undefined when it does not serve
 * @throws AppError CONFIG_INVALID reason `in-use` when nothing else can serve its role, `named-in-configuration`
 */
export async function useAnotherThan(name: string, places: SitePlaces): Promise<Choice | undefined> {
  const { site, shipped } = await rolesOf(places)
  const role = site.get(name)
  if (role === undefined || (await servingName(role, places)) !== name) return undefined
  if (places.choices?.[role] === name) {
    throw new AppError('CONFIG_INVALID', { at: `modules model ${role}`, reason: 'named-in-configuration' })
  }
  const before = (await readInUse(places.siteRoot)).get(role)?.before ?? []
  const others = [...before, ...site.keys()].filter((other) => other !== name && site.get(other) === role)
  const next = before.find((other) => other === 'shipped' || others.includes(other)) ?? 'shipped'
  if (next === 'shipped' && !shipped.includes(role))
    throw new AppError('CONFIG_INVALID', { at: name, reason: 'in-use' })
  return write(role, next, places)
}

export type SitePlaces = RegistryOptions & { siteRoot: string }

/** Name of the folder that serves a role by all rules, 'shipped', or undefined where none does. */
export async function servingName(role: string, places: SitePlaces): Promise<string | undefined> {
  const entry = await discoverModels(places).then(
    (roles) => roles.get(role),
    // Two folders and no choice: nothing serves until one is chosen.
    () => undefined
  )
  if (entry?.kind !== 'model') return undefined
  return entry.folder.shipped ? 'shipped' : basename(entry.folder.dir)
}

async function write(role: string, folder: string, places: SitePlaces): Promise<Choice> {
  const { siteRoot } = places
  const earlier = await readInUse(siteRoot)
  const present = earlier.has(role) ? undefined : await servingName(role, { ...places, choices: {} })
  await writeInUse(siteRoot, new Map([...earlier, [role, chosen(earlier.get(role), folder, present)]]))
  return {
    folder,
    undo: async () => {
      const now = await readInUse(siteRoot)
      await writeInUse(siteRoot, restored(now, role, earlier.get(role)))
    }
  }
}

function restored(now: ReadonlyMap<string, InUse>, role: string, earlier: InUse | undefined): Map<string, InUse> {
  const map = new Map(now)
  if (earlier) map.set(role, earlier)
  else map.delete(role)
  return map
}

/** Role of each site folder, and the roles that ship. */
async function rolesOf({ shippedRoot, siteRoot }: SitePlaces) {
  const [site, shipped] = await Promise.all([readFolders(siteRoot, false), readFolders(shippedRoot, true)])
  return {
    site: new Map(site.map(({ dir, role }) => [basename(dir), role])),
    shipped: shipped.map(({ role }) => role)
  }
}
