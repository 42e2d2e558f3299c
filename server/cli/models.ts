import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { discoverModels, type RoleEntry, readModelBytes, readModelFolder } from '../../inference/runtime/registry.ts'
import { createRuntime, SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { siteModelRoot } from '../app/model-places.ts'
import { loadConfig } from '../config/load.ts'
import { type Command, parseArgs, UsageError } from './command.ts'

export const models: Command = {
  name: 'models',
  usage: 'models list | check | install FOLDER',
  summary: 'the model folders for each role; check loads and warms each; install copies one under models.root',
  async run(args) {
    const { positional } = parseArgs(args, {})
    const [verb, folder] = positional
    const config = loadConfig()
    const found = () => discoverModels({ shippedRoot: SHIPPED_MODELS, siteRoot: siteModelRoot(config) })
    if (verb === 'list') return print(await found())
    if (verb === 'check') return check(await found())
    if (verb === 'install' && folder) return install(folder, config.models.root)
    throw new UsageError('models list | check | install FOLDER')
  }
}

function print(roles: Map<string, RoleEntry>): number {
  for (const [role, entry] of roles) {
    process.stdout.write(
      entry.kind === 'model'
        ? `${role}  ${entry.folder.manifest.name} ${entry.folder.manifest.version}  sha256 ${entry.folder.manifest.sha256}  ${entry.folder.shipped ? 'shipped' : 'site'}\n`
        : `${role}  refused: ${entry.error.code}${entry.error.reason ? ` (${entry.error.reason})` : ''}\n`
    )
  }
  return [...roles.values()].every(({ kind }) => kind === 'model') ? 0 : 1
}

async function check(roles: Map<string, RoleEntry>): Promise<number> {
  const code = print(roles)
  const runtime = createRuntime({ modules: [], workers: 1 })
  await runtime.start()
  await runtime.stop()
  process.stdout.write('every usable model was loaded and warmed up\n')
  return code
}

async function install(folder: string, root: string | undefined): Promise<number> {
  if (!root) throw new AppError('CONFIG_INVALID', { at: 'models.root', reason: 'required' })
  const model = await readModelFolder(folder, false)
  await readModelBytes(join(folder, model.manifest.file), model.manifest.sha256)
  const target = join(root, basename(folder))
  if (existsSync(target)) throw new AppError('CONFIG_INVALID', { at: 'models.root', reason: 'folder-exists' })
  mkdirSync(root, { recursive: true })
  cpSync(folder, target, { recursive: true })
  process.stdout.write(`installed ${model.manifest.name} ${model.manifest.version} for ${model.manifest.implements}\n`)
  return 0
}
