import type { InferenceModule } from '../../core/inference-module.ts'
import { loadModule } from '../app/discover.ts'

/** Of the modules that are on, those whose results are told on the socket of a live lead: their manifests say so. */
export async function liveModules(enabled: readonly string[]): Promise<InferenceModule[]> {
  const modules = await Promise.all(enabled.map(async (id) => (await loadModule(id)).module))
  return modules.filter(({ manifest }) => manifest.tellsLive)
}
