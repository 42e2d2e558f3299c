import type { InferenceModule } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import type { ModuleConfig, ModuleMode } from '../config/schema.ts'

export interface EnabledModule {
  id: string
  module: InferenceModule
  config: ModuleConfig
}

/**
 * Advisory only for the very models that were approved, all that the module may ask; a new one falls back to shadow (rules section
 * 9). Asked with the models that serve at that moment, so that a swap takes the approval away with the model.
 *
 * @param modelOf the folder that serves a role; throws or gives undefined where none does
 */
export function effectiveMode(
  { module, config: { mode, approval } }: EnabledModule,
  modelOf: (role: string) => ModelFolder | undefined
): ModuleMode {
  if (mode !== 'advisory') return mode
  const approved = [approval?.modelSha256 ?? []].flat()
  const isApproved = module.manifest.models.every((role) => {
    try {
      return approved.includes(modelOf(role)?.manifest.sha256 ?? '')
    } catch {
      return false
    }
  })
  return isApproved ? 'advisory' : 'shadow'
}
