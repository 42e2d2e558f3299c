import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { isFolderName } from '../../inference/runtime/in-use.ts'
import { discoverModels } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { loadModule } from '../app/discover.ts'
import { modelPlacesOf } from '../app/model-places.ts'
import { loadConfig } from '../config/load.ts'
import { type CheckOptions, checkFolder, type FolderCheck } from '../models/check/check-folder.ts'
import { type Choice, pin, rollBack, type SitePlaces, useAnotherThan, useFolder } from '../models/choices.ts'
import type { ReloadReport } from '../models/in-service.ts'
import { installFolder, removeFolder } from '../models/install.ts'
import { type Listed, listFolders } from '../models/listing.ts'
import { admin } from './admin-client.ts'
import { columns } from './columns.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

const USAGE =
  'models list | check [FOLDER] | install FOLDER [--name NAME] [--not-in-use] | remove NAME | use ROLE NAME|shipped | rollback ROLE' +
  '  [--url SERVER] [--data DIR] [--json]'

type Options = Record<string, string | true>

export const models: Command = {
  name: 'models',
  usage: USAGE,
  summary:
    "the model folders of each role: check one, take a hospital's own in, choose, go back; --url tells a running server",
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['json', 'not-in-use'],
      values: ['name', 'url', 'data']
    })
    const [verb, first, second, ...more] = positional
    const places = await sitePlaces()
    if (more.length > 0) throw new UsageError('too many words')
    if (verb === 'list' && !first) return list(places, options)
    if (verb === 'check' && !second) return check(first, places, options)
    if (verb === 'install' && first && !second) return install(first, places, options)
    if (verb === 'remove' && first && !second) return remove(first, places, options)
    if (verb === 'use' && first && second) return use(first, second, places, options)
    if (verb === 'rollback' && first && !second) return follow(first, await rollBack(first, places), options)
    throw new UsageError(USAGE)
  }
}

async function sitePlaces(): Promise<SitePlaces> {
  const config = loadConfig()
  const enabled = Object.entries(config.modules).filter(([, { mode }]) => mode !== 'off')
  const modules = await Promise.all(
    enabled.map(async ([id, module]) => ({ config: module, ...(await loadModule(id)) }))
  )
  return { shippedRoot: SHIPPED_MODELS, ...modelPlacesOf(config, modules) }
}

async function list(places: SitePlaces, { json }: Options): Promise<number> {
  const folders = await listFolders(places)
  const shown = ({ role, folder, shipped, state, name, version, sha256, code, reason }: Listed) => [
    role,
    shipped ? `shipped (${folder})` : folder,
    state,
    code ? [code, reason].filter(Boolean).join(', ') : `${name} ${version}  sha256 ${sha256}`
  ]
  if (json) print({ folders })
  else process.stdout.write(`${columns(folders.map(shown)).join('\n')}\n`)
  return folders.some(({ state }) => state === 'refused') ? 1 : 0
}

/** One folder by path or by its name under a root; without a name all that serve. */
async function check(folder: string | undefined, places: SitePlaces, options: Options): Promise<number> {
  const serving = await checkOptions(places, options)
  const dirs = folder === undefined ? await servingDirs(places) : [placeOf(folder, places)]
  const checks: FolderCheck[] = []
  for (const dir of dirs) {
    const checked = await checkFolder(dir, { ...serving, shipped: dir.startsWith(places.shippedRoot) })
    checks.push(checked)
    if (!options.json) process.stdout.write(`${checkText(checked)}\n`)
  }
  if (options.json) print({ checks: checks.map(({ manifest: _manifest, ...rest }) => rest) })
  return checks.every(({ passed }) => passed) ? 0 : 1
}

async function install(folder: string, places: SitePlaces, options: Options): Promise<number> {
  const name = optionText(options, 'name')
  const asked = await checkOptions(places, options)
  const isUsed = options['not-in-use'] !== true
  const { check: checked, name: installed } = await installFolder(folder, {
    root: places.siteRoot,
    ...asked,
    beforeRename: (role) => pin(role, places),
    // What is only laid ready need not fit what serves now.
    ...(isUsed ? {} : { serving: undefined }),
    ...(name === undefined ? {} : { name })
  })
  if (!options.json) process.stdout.write(`${checkText({ ...checked, dir: folder })}\n`)
  if (!installed) {
    if (options.json) print({ installed: false, check: { ...checked, dir: folder, manifest: undefined } })
    else process.stdout.write('not installed: what served before still serves\n')
    return 1
  }
  if (!isUsed) {
    if (options.json) print({ installed, inUse: false })
    else process.stdout.write(`installed as ${installed}, not in use\n`)
    return 0
  }
  const role = checked.manifest!.implements
  return follow(role, await useFolder(role, installed, places), options)
}

async function use(role: string, folder: string, places: SitePlaces, options: Options): Promise<number> {
  if (folder !== 'shipped') {
    const checked = await checkFolder(placeOf(folder, places), await checkOptions(places, options))
    if (!options.json) process.stdout.write(`${checkText(checked)}\n`)
    if (!checked.passed) {
      if (options.json) print({ role, inUse: false, check: { ...checked, manifest: undefined } })
      return 1
    }
  }
  return follow(role, await useFolder(role, folder, places), options)
}

async function remove(name: string, places: SitePlaces, options: Options): Promise<number> {
  if (!isFolderName(name) || !existsSync(join(places.siteRoot, name)))
    throw new AppError('MODEL_UNAVAILABLE', { at: name, reason: 'folder-missing' })
  const choice = await useAnotherThan(name, places)
  // Another has to serve before the files go: a worker that is replaced meanwhile still reads them.
  if (choice) await reloaded(choice, options)
  await removeFolder(places.siteRoot, name)
  if (options.json) print({ removed: name, ...(choice ? { inUse: choice.folder } : {}) })
  else process.stdout.write(`removed ${name}${choice ? `; ${choice.folder} is in use` : ''}\n`)
  return 0
}

async function follow(role: string, choice: Choice, options: Options): Promise<number> {
  const report = await reloaded(choice, options).catch((error: unknown) => {
    const again = `hisbundle models use ${role} ${choice.folder} --url ${optionText(options, 'url')}`
    process.stderr.write(
      `${choice.folder} lies ready and is not in use; what served before still does. Later: ${again}\n`
    )
    throw error
  })
  if (options.json) print({ role, inUse: choice.folder, ...(report ? { server: report } : {}) })
  else {
    const server = report ? `; the server says: ${report.outcome}` : '; a running server takes it with --url or SIGHUP'
    process.stdout.write(`${role}: ${choice.folder} is in use${server}\n`)
    for (const [module, mode] of Object.entries(report?.modes ?? {}))
      if (report?.outcome === 'swapped') process.stdout.write(`  ${module} runs in ${mode}\n`)
  }
  return 0
}

/** Tells the server; when it does not follow, what was chosen before is chosen again. */
async function reloaded(choice: Choice, options: Options): Promise<ReloadReport | undefined> {
  const url = optionText(options, 'url')
  if (url === undefined) return undefined
  try {
    return await admin<ReloadReport>(url, '/admin/models/reload', {})
  } catch (error) {
    await choice.undo()
    throw error
  }
}

async function checkOptions(places: SitePlaces, options: Options): Promise<CheckOptions> {
  const data = optionText(options, 'data') ?? process.env['HISBUNDLE_DATA']
  const roles = await discoverModels(places).catch(() => new Map())
  return {
    ...(places.maxSiteBytes === undefined ? {} : { maxSiteBytes: places.maxSiteBytes }),
    ...(data === undefined ? {} : { dataDir: data }),
    serving: (role) => {
      const entry = roles.get(role)
      return entry?.kind === 'model' ? entry.folder.manifest.sha256 : undefined
    }
  }
}

async function servingDirs(places: SitePlaces): Promise<string[]> {
  const roles = await discoverModels(places)
  return [...roles.values()].map((entry) => (entry.kind === 'model' ? entry.folder.dir : entry.dir))
}

function placeOf(folder: string, { siteRoot, shippedRoot }: SitePlaces): string {
  const named = isFolderName(folder) ? [siteRoot, shippedRoot].map((root) => join(root, folder)) : []
  return [folder, ...named].find((dir) => existsSync(join(dir, 'model.json'))) ?? folder
}

const MARK = { passed: 'ok', remark: 'note', skipped: 'skipped', failed: 'FAILED' }

function checkText({ dir, rows, passed }: FolderCheck): string {
  const lines = columns(rows.map(({ check, outcome, detail }) => [`  ${check}`, MARK[outcome], detail]))
  return [dir, ...lines, passed ? '  passed' : '  failed'].join('\n')
}

const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
