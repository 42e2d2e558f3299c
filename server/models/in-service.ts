import { randomUUID } from 'node:crypto'
import type { Coordination } from '../../core/coordination.ts'
import { type AppError, asAppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import type { ModelFolder } from '../../core/model.ts'
import { discoverModels, type RegistryOptions } from '../../inference/runtime/registry.ts'
import type { RoleChange } from '../../inference/runtime/role-changes.ts'
import type { InferenceRuntime, RuntimeStats } from '../../inference/runtime/runtime.ts'
import { type EnabledModule, effectiveMode } from '../app/module-modes.ts'
import type { ModuleMode } from '../config/schema.ts'
import { swapTask } from './swap-task.ts'

const CHANNEL = 'models'

export interface ReloadReport {
  outcome: 'swapped' | 'unchanged'
  changes: RoleChange[]
  /** Mode in which each module runs now: shadow for a model that nobody approved. */
  modes: Record<string, ModuleMode>
}

export interface ModelsInServiceDeps {
  modules: readonly EnabledModule[]
  /** Where models run; absent in a process without that role: there the folders alone are read. */
  runtime: InferenceRuntime | undefined
  places: RegistryOptions
  coordination: Coordination
  store: Pick<FhirStore, 'write'>
  fallbackOwner: string
  clock: () => Date
  log: Logger
  /** Called after every swap. */
  onSwap?(): void
}

export type ModelsInService = ReturnType<typeof createModelsInService>

/**
 * The models of this process: in which mode each module runs by them, and how others come in. A reload in one process is
 * announced to the others on the same store; each looks at its own folders and keeps what it has if they are not in order.
 */
export function createModelsInService(deps: ModelsInServiceDeps) {
  const { modules, runtime, places, coordination, log } = deps
  const origin = randomUUID()
  let folders: ReadonlyMap<string, ModelFolder> = new Map()
  let endListening: (() => void) | undefined

  const modelOf = runtime ? runtime.model : (role: string) => folders.get(role)
  // Asked anew each time: after a swap no result may go out under the approval of the model before it.
  const modeOf = (id: string): ModuleMode => {
    const module = modules.find((each) => each.id === id)
    return module ? effectiveMode(module, modelOf) : 'off'
  }
  const modes = () => Object.fromEntries(modules.map(({ id }) => [id, modeOf(id)]))

  async function readFolders(): Promise<void> {
    if (runtime || modules.length === 0) return
    const roles = await discoverModels(places)
    folders = new Map(
      [...roles].flatMap(([role, entry]) => (entry.kind === 'model' ? [[role, entry.folder] as const] : []))
    )
  }

  function sayShadows(): void {
    for (const { id, config } of modules) {
      if (config.mode !== 'advisory' || modeOf(id) === 'advisory') continue
      log.warn({ module: id, mode: 'shadow' }, 'the model is not the one that was approved: the module runs in shadow')
    }
  }

  async function reloadHere(): Promise<ReloadReport> {
    try {
      const changes = (await runtime?.reload()) ?? []
      await readFolders()
      for (const { role, to, refused } of changes) {
        log.info({ role, sha256: to, code: refused?.code, reason: refused?.reason }, 'another model is in service')
      }
      if (changes.length > 0) sayShadows()
      deps.onSwap?.()
      return { outcome: changes.length > 0 ? 'swapped' : 'unchanged', changes, modes: modes() }
    } catch (error) {
      const coded = asAppError(error, 'MODEL_UNAVAILABLE')
      if (coded.code !== 'SHUTTING_DOWN') await raise(coded)
      throw coded
    }
  }

  async function raise(error: AppError): Promise<void> {
    log.error(
      { code: error.code, reason: error.reason, at: error.at, event: 'model-swap-failed' },
      'a changed model was not put in service; the earlier models still serve'
    )
    const task = swapTask(error, { owner: deps.fallbackOwner, now: deps.clock() })
    // The reload has failed either way, and the log and the metric have said so.
    await deps.store.write([{ resource: task, onlyIfAbsent: true }], { kind: 'alert' }).catch((failed: unknown) => {
      log.error({ code: asAppError(failed).code }, 'the task about a model could not be stored')
    })
  }

  return {
    modeOf,
    async start(): Promise<void> {
      await readFolders()
      sayShadows()
      endListening = coordination.listen(CHANNEL, (from) => {
        if (from !== origin) void reloadHere().catch(() => {})
      })
    },
    stop: () => endListening?.(),
    /**
     * Puts changed model folders in service, here and in the other processes.
     *
     * @throws AppError as `InferenceRuntime.reload`; the earlier models serve then, and a Task says so
     */
    async reload(): Promise<ReloadReport> {
      const report = await reloadHere()
      coordination.announce(CHANNEL, origin)
      return report
    },
    /** Who serves each role in this process. */
    serving: (): RuntimeStats['roles'] | undefined => runtime?.stats().roles,
    modes
  }
}
