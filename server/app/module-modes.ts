import type { InferenceModule } from '../../core/inference-module.ts'
import type { Logger } from '../../core/log.ts'
import type { ModelFolder } from '../../core/model.ts'
import { discoverModels, type RegistryOptions } from '../../inference/runtime/registry.ts'
import { type InferenceRuntime, SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import type { ModuleConfig, ModuleMode } from '../config/schema.ts'

interface EnabledModule {
  id: string
  module: InferenceModule
  config: ModuleConfig
}

/**
 * Advisory only for the very models that were approved, all that the module may ask; a new one falls back to shadow (rules section 9). Where no model runs
 * (alerts in a process of their own), the model folders alone are read.
 */
export async function effectiveModes(
  modules: EnabledModule[],
  places: { runtime: InferenceRuntime | undefined; modelPlaces: Partial<RegistryOptions>; log: Logger }
): Promise<[string, ModuleMode][]> {
  const { runtime, log } = places
  const modelOf = runtime ? runtime.model : await foldersOf(modules, places.modelPlaces)
  return modules.map(({ id, module, config: { mode, approval } }) => {
    if (mode !== 'advisory') return [id, mode]
    const approved = [approval?.modelSha256 ?? []].flat()
    const isApproved = module.manifest.models.every((role) => {
      try {
        return approved.includes(modelOf(role)?.manifest.sha256 ?? '')
      } catch {
        return false
      }
    })
    if (!isApproved)
      log.warn({ module: id, mode: 'shadow' }, 'the model is not the one that was approved: the module runs in shadow')
    return [id, isApproved ? 'advisory' : 'shadow']
  })
}

async function foldersOf(
  modules: EnabledModule[],
  modelPlaces: Partial<RegistryOptions>
): Promise<(role: string) => ModelFolder | undefined> {
  if (modules.length === 0) return () => undefined
  const roles = await discoverModels({ shippedRoot: SHIPPED_MODELS, ...modelPlaces })
  return (role) => {
    const entry = roles.get(role)
    return entry?.kind === 'model' ? entry.folder : undefined
  }
}
