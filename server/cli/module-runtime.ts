import type { InferenceModule } from '../../core/inference-module.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { loadModule, moduleNames, runtimeModule } from '../app/discover.ts'
import { modelPlacesOf } from '../app/model-places.ts'
import { loadConfig } from '../config/load.ts'
import { UsageError } from './command.ts'

/**
 * A module with a warm runtime and the site's policy, for commands that need no server.
 *
 * @param policyText JSON object from `--policy`: what this run does otherwise than the site's policy, key by key
 * @throws UsageError, AppError CONFIG_INVALID of the module's own check
 */
export async function withModule<T>(
  id: string | undefined,
  work: (module: InferenceModule, runtime: InferenceRuntime, policy: Record<string, unknown>) => Promise<T>,
  policyText?: string
): Promise<T> {
  if (!id || !moduleNames().includes(id)) throw new UsageError(`name a module: ${moduleNames().join(', ')}`)
  const config = loadConfig()
  const { module, url } = await loadModule(id)
  const own = config.modules[id]
  const policy = { ...own?.policy, ...readPolicy(policyText) }
  module.checkPolicy?.(policy)
  const runtime = createRuntime({
    modules: [runtimeModule({ module, url }, policy)],
    roles: module.manifest.models,
    ...modelPlacesOf(config, [{ module, config: { model: own?.model } }])
  })
  await runtime.start()
  try {
    return await work(module, runtime, policy)
  } finally {
    await runtime.stop()
  }
}

function readPolicy(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && !Array.isArray(policy))
      return policy as Record<string, unknown>
  } catch {
    // said below
  }
  throw new UsageError('--policy is a JSON object, as under modules.<id>.policy of the configuration')
}
