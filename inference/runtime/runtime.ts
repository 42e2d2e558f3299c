import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { OutsideCalls } from '../../core/inference-module.ts'
import type { Logger } from '../../core/log.ts'
import type { ModelFolder, Tensor } from '../../core/model.ts'
import type { WorkerSetup } from './messages.ts'
import { outsideLane } from './outside-lane.ts'
import { type PoolStats, WorkerPool } from './pool.ts'
import { discoverModels, type RegistryOptions, type RoleEntry } from './registry.ts'

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

export interface RuntimeStats extends PoolStats {
  /** Lanes of modules whose runs wait for another machine. */
  lanes: ({ module: string } & PoolStats)[]
  roles: { role: string; version?: string; sha256?: string; shipped?: boolean; refused?: string }[]
}

/** Registry and worker pool as one thing. */
export interface InferenceRuntime {
  /**
   * Finds models, makes the workers, loads and warms up. A model that fails its checks refuses its role and nothing
   * else; the start itself is refused only for CONFIG_INVALID (two site models for one role) or when no worker lives.
   */
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends what waits for another machine, at once and with SHUTTING_DOWN; whoever waits for these runs can then stop. */
  stopOutside(): Promise<void>
  /** True once every worker is warm; false again while one is being replaced. */
  readonly ready: boolean
  /** `run` of a module, wholly inside a worker. */
  run<Findings>(
    module: string,
    input: unknown,
    policy?: Record<string, unknown>,
    options?: { waitMs?: number }
  ): Promise<Findings>
  /** Tensors in, tensors out. With `transfer` the inputs' buffers are handed over (detached here) instead of copied. */
  inferTensor(
    role: string,
    inputs: Record<string, Tensor>,
    options?: { waitMs?: number; transfer?: boolean }
  ): Promise<Record<string, Tensor>>
  /** The folder that serves a role. @throws AppError MODEL_UNAVAILABLE, MODEL_CHANGED */
  model(role: string): ModelFolder
  stats(): RuntimeStats
}

/** Folder of the shipped models. */
export const SHIPPED_MODELS = fileURLToPath(new URL('../models', import.meta.url))

export function createRuntime(options: RuntimeOptions): InferenceRuntime {
  let roles = new Map<string, RoleEntry>()
  let pool: WorkerPool | undefined
  const lanes = new Map<string, WorkerPool>()
  const running = (): WorkerPool => {
    if (!pool) throw new AppError('INFERENCE_FAILED', { reason: 'not-started' })
    return pool
  }
  const model = (role: string): ModelFolder => {
    const entry = roles.get(role)
    if (entry?.kind === 'model') return entry.folder
    throw entry?.error ?? new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  }
  return {
    async start() {
      roles = await discoverModels({ shippedRoot: SHIPPED_MODELS, ...options })
      const folders = [...roles.values()].flatMap((entry) => (entry.kind === 'model' ? [entry.folder] : []))
      const setupOf = (modules: RuntimeModule[], of = options.roles): WorkerSetup => ({
        models: folders
          .filter(({ role }) => !of || of.includes(role))
          .map(({ role, dir, manifest, site }) => ({
            role,
            path: join(dir, manifest.file),
            manifest,
            site: site ?? {}
          })),
        modules: modules.map(({ id, url }) => ({ id, url })),
        intraOpThreads: options.intraOpThreads ?? 1
      })
      pool = new WorkerPool({
        setup: setupOf(options.modules.filter(({ outside }) => !outside)),
        workers: options.workers ?? availableParallelism(),
        ...limits(options)
      })
      for (const module of options.modules) {
        if (!module.outside) continue
        lanes.set(module.id, outsideLane(setupOf([module], module.outside.roles), module.outside, { log: options.log }))
      }
      // One after the other, as the workers of a pool are.
      for (const each of [pool, ...lanes.values()]) {
        for (const { role, module, error } of await each.start()) {
          if (module)
            throw new AppError('INFERENCE_FAILED', { reason: 'module-load', at: `inference/modules/${module}` })
          roles.set(role!, { kind: 'refused', dir: '', error: asAppError(error, 'MODEL_UNAVAILABLE') })
        }
      }
      for (const [role, entry] of roles) {
        if (entry.kind === 'refused') options.log?.error({ code: entry.error.code, role }, 'model refused')
      }
    },
    stop: async () => void (await Promise.all([pool, ...lanes.values()].map((each) => each?.stop()))),
    stopOutside: async () => void (await Promise.all([...lanes.values()].map((lane) => lane.stop()))),
    get ready() {
      const stats = [pool, ...lanes.values()].map((each) => each?.stats())
      return stats.every((each) => each !== undefined && each.ready === each.workers)
    },
    run: async <Findings>(module: string, input: unknown, policy = {}, submit = {}) =>
      (await (lanes.get(module) ?? running()).submit({ kind: 'run', module, input, policy }, submit)) as Findings,
    async inferTensor(role, inputs, { waitMs, transfer = false } = {}) {
      model(role)
      const buffers = transfer ? Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer) : undefined
      const outputs = await running().submit({ kind: 'infer', role, inputs }, { waitMs, transfer: buffers })
      return outputs as Record<string, Tensor>
    },
    model,
    stats: () => ({
      ...running().stats(),
      lanes: [...lanes].map(([module, lane]) => ({ module, ...lane.stats() })),
      roles: [...roles].map(([role, entry]) => describe(role, entry))
    })
  }
}

function limits({ maxQueued, depth, waitMs, runMs, log }: RuntimeOptions): Partial<RuntimeOptions> {
  return Object.fromEntries(
    Object.entries({ maxQueued, depth, waitMs, runMs, log }).filter(([, value]) => value !== undefined)
  )
}

function describe(role: string, entry: RoleEntry): RuntimeStats['roles'][number] {
  if (entry.kind === 'refused') return { role, refused: entry.error.code }
  const { manifest, shipped } = entry.folder
  return { role, version: manifest.version, sha256: manifest.sha256, shipped }
}
