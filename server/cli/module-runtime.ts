import type { InferenceModule } from '../../core/inference-module.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { loadModule, moduleNames } from '../app/discover.ts'
import { loadConfig } from '../config/load.ts'
import { UsageError } from './command.ts'

/** A module with a warm runtime and the site's policy, for commands that need no server. */
export async function withModule<T>(
  id: string | undefined,
  work: (module: InferenceModule, runtime: InferenceRuntime, policy: Record<string, unknown>) => Promise<T>
): Promise<T> {
  if (!id || !moduleNames().includes(id)) throw new UsageError(`name a module: ${moduleNames().join(', ')}`)
  const config = loadConfig()
  const { module, url } = await loadModule(id)
  const own = config.modules[id]
  module.checkPolicy?.(own?.policy ?? {})
  const runtime = createRuntime({
    modules: [{ id, url }],
    roles: module.manifest.models,
    ...(config.models.root ? { siteRoot: config.models.root } : {}),
    ...(own?.model ? { choices: Object.fromEntries(module.manifest.models.map((role) => [role, own.model!])) } : {})
  })
  await runtime.start()
  try {
    return await work(module, runtime, own?.policy ?? {})
  } finally {
    await runtime.stop()
  }
}
