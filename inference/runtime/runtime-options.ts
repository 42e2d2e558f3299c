import type { OutsideCalls } from '../../core/inference-module.ts'
import type { Logger } from '../../core/log.ts'
import type { RegistryOptions } from './registry.ts'

export interface RuntimeOptions extends Partial<RegistryOptions> {
  /** Enabled modules. Their code is imported in every worker, or in those of their own lane only. */
  modules: RuntimeModule[]
  /** Default: one a core. */
  workers?: number
  intraOpThreads?: number
  maxQueued?: number
  depth?: number
  waitMs?: number
  runMs?: number
  /** Only these roles are loaded; absent: all that were found. */
  roles?: string[]
  log?: Logger
}

export interface RuntimeModule {
  id: string
  /** File URL of the folder's index. */
  url: string
  /** Its runs wait for another machine: they get a lane of their own, in which these roles are loaded. */
  outside?: OutsideCalls & { roles: string[] }
}
