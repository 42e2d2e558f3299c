import { join } from 'node:path'
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
): Required<Pick<RegistryOptions, 'siteRoot' | 'choices'>> => ({
  siteRoot: siteModelRoot(config),
  choices: Object.fromEntries(
    modules.flatMap(({ module, config: { model } }) => {
      if (!model) return []
      return typeof model === 'string' ? module.manifest.models.map((role) => [role, model]) : Object.entries(model)
    })
  )
})
