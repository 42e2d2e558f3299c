import type { InferenceModule } from '../../core/inference-module.ts'
import { loadModule } from '../app/discover.ts'

/** Modules whose answer is told on the socket: those that are asked of one lead. */
const TOLD = ['pocket-k', 'ecgomics']

/** Of the modules that are on, those whose results are told; their manifests say under which ids. */
export async function liveModules(enabled: readonly string[]): Promise<InferenceModule[]> {
  const told = TOLD.filter((id) => enabled.includes(id))
  return Promise.all(told.map(async (id) => (await loadModule(id)).module))
}
