import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { RegistryOptions } from '../../inference/runtime/registry.ts'
import type { Config, ModuleConfig } from '../config/schema.ts'

/** Folder of the site's own models and of what it lays over shipped ones. It need not be there. */
export const siteModelRoot = ({ models, dataDir }: Pick<Config, 'models' | 'dataDir'>): string =>
  models.root ?? join(dataDir, 'models')

/** Where models are looked for, and which the configuration names: one for all roles of a module, or by role. */
export const modelPlacesOf = (
  config: Pick<Config, 'models' | 'dataDir'>,
  modules: readonly { module: InferenceModule; config: Pick<ModuleConfig, 'model'> }[]
): Required<Pick<RegistryOptions, 'siteRoot' | 'choices'>> & Pick<RegistryOptions, 'maxSiteBytes'> => ({
  siteRoot: siteModelRoot(config),
  ...maxBytes(config.models.maxMiB),
  choices: Object.fromEntries(
    modules.flatMap(({ module, config: { model } }) => {
      if (!model) return []
      return typeof model === 'string' ? module.manifest.models.map((role) => [role, model]) : Object.entries(model)
    })
  )
})

function maxBytes(maxMiB: number | undefined): Pick<RegistryOptions, 'maxSiteBytes'> {
  if (maxMiB === undefined) return {}
  if (!(typeof maxMiB === 'number' && maxMiB > 0))
    throw new AppError('CONFIG_INVALID', { at: 'models.maxMiB', reason: 'value' })
  return { maxSiteBytes: maxMiB * 1024 * 1024 }
}
