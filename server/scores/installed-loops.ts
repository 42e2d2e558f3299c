import { loadModule, moduleNames } from '../app/discover.ts'
import type { Config } from '../config/schema.ts'
import type { LoopOfModule } from './score-source.ts'

/** Truths of every module in the installation: a module that is off may still say what came true. */
export const installedLoops =
  (modules: Config['modules']): LoopOfModule =>
  async (id) => {
    if (!moduleNames().includes(id)) return undefined
    const { module } = await loadModule(id)
    return module.loop && { loop: module.loop, policy: modules[id]?.policy ?? {} }
  }
