import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { ModelFolder, Tensor } from '../../core/model.ts'
import { type Generation, poolsOf, raiseGeneration } from './generation.ts'
import type { PoolCounts, PoolStats, WorkerPool } from './pool.ts'
import { discoverModels } from './registry.ts'
import { type RoleChange, refuseLosses, roleChanges } from './role-changes.ts'
import type { RoleEntry } from './role-entry.ts'
import type { RuntimeOptions } from './runtime-options.ts'

export type { RuntimeModule, RuntimeOptions } from './runtime-options.ts'

export interface RuntimeStats extends PoolStats {
  /** Lanes of modules whose runs wait for another machine. */
  lanes: ({ module: string } & PoolStats)[]
  roles: { role: string; version?: string; sha256?: string; shipped?: boolean; refused?: string }[]
  /** 1 at start; each swap makes the next. */
  generation: number
  /** Reloads that put other models in service, and those that failed and left the old ones. */
  swaps: { done: number; failed: number }
  /** Pools of the earlier generation that still finish runs. */
  draining: number
}

/** Registry and worker pool as one thing. */
export interface InferenceRuntime {
  /**
   * Finds models, makes the workers, loads and warms up. A model that fails its checks refuses its role and nothing
   * else; the start itself is refused only for CONFIG_INVALID (two site models for one role) or when no worker lives.
   */
  start(): Promise<void>
  /**
   * Looks at the model folders again and puts what changed in service: workers with the new models load and warm up beside
   * the old ones, then take over at once; the old ones finish what they were given. No run fails of it. When any changed model
   * fails a check, does not load or would leave its role without a model, everything stays as it was.
   *
   * @returns what changed; empty when nothing did
   * @throws AppError MODEL_UNAVAILABLE, MODEL_CHANGED (`at`: the role), CONFIG_INVALID, SHUTTING_DOWN
   */
  reload(): Promise<RoleChange[]>
  stop(): Promise<void>
  /** Ends what waits for another machine, at once and with SHUTTING_DOWN; whoever waits for these runs can then stop. */
  stopOutside(): Promise<void>
  /** True once every worker is warm; false again while one is being replaced. */
  readonly ready: boolean
  /** Changes with every swap: what was read of `model` before holds while it stays the same. */
  readonly generation: number
  /**
   * `run` of a module, wholly inside a worker.
   *
   * @param options generation: only the models of this one may answer; yields: it waits for all runs that do not
   * @throws AppError INFERENCE_BUSY reason `swapped` when another generation serves by now
   */
  run<Findings>(
    module: string,
    input: unknown,
    policy?: Record<string, unknown>,
    options?: { waitMs?: number; generation?: number; yields?: boolean }
  ): Promise<Findings>
  /** Tensors in, tensors out. With `transfer` the inputs' buffers are handed over (detached here) instead of copied. */
  inferTensor(
    role: string,
    inputs: Record<string, Tensor>,
    options?: { waitMs?: number; transfer?: boolean; generation?: number }
  ): Promise<Record<string, Tensor>>
  /** The folder that serves a role. @throws AppError MODEL_UNAVAILABLE, MODEL_CHANGED */
  model(role: string): ModelFolder
  stats(): RuntimeStats
}

/** Folder of the shipped models. */
export const SHIPPED_MODELS = fileURLToPath(new URL('../models', import.meta.url))

export function createRuntime(options: RuntimeOptions): InferenceRuntime {
  let current: Generation | undefined
  /** Pools of earlier generations that finish what they have begun. */
  const draining = new Map<WorkerPool, Promise<void>>()
  const drainingMain = new Set<WorkerPool>()
  const past: PoolCounts = { completed: 0, failed: 0, busy: 0, workersReplaced: 0 }
  const swaps = { done: 0, failed: 0 }
  /** Reloads follow one another: at most two generations are in memory. */
  let reloading: Promise<unknown> = Promise.resolve()
  let isStopping = false

  const running = (): Generation => {
    if (!current) throw new AppError('INFERENCE_FAILED', { reason: 'not-started' })
    return current
  }
  const discover = () => discoverModels({ shippedRoot: SHIPPED_MODELS, ...options })
  const model = (role: string): ModelFolder => {
    const entry = current?.roles.get(role)
    if (entry?.kind === 'model') return entry.folder
    throw entry?.error ?? new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  }
  /** A result names the model that answered: whoever asks for one generation is not answered by another. */
  const pinned = (generation: number | undefined): Generation => {
    const now = running()
    if (generation !== undefined && generation !== now.number)
      throw new AppError('INFERENCE_BUSY', { reason: 'swapped' })
    return now
  }

  return {
    async start() {
      current = await raiseGeneration(options, await discover(), 1)
      for (const [role, entry] of current.roles) {
        if (entry.kind === 'refused')
          options.log?.error({ code: entry.error.code, reason: entry.error.reason, role }, 'model refused')
      }
    },
    reload() {
      const next = reloading.then(reload)
      reloading = next.catch(() => {})
      return next
    },
    async stop() {
      isStopping = true
      await reloading
      await Promise.all([...(current ? poolsOf(current) : []), ...draining.keys()].map((each) => each.stop()))
    },
    stopOutside: async () => void (await Promise.all([...(current?.lanes.values() ?? [])].map((lane) => lane.stop()))),
    get ready() {
      return current !== undefined && poolsOf(current).every((each) => each.stats().ready === each.stats().workers)
    },
    get generation() {
      return current?.number ?? 0
    },
    run: async <Findings>(
      module: string,
      input: unknown,
      policy: Record<string, unknown> = {},
      { generation, ...submit }: { waitMs?: number; generation?: number; yields?: boolean } = {}
    ) => {
      const { pool, lanes } = pinned(generation)
      return (await (lanes.get(module) ?? pool).submit({ kind: 'run', module, input, policy }, submit)) as Findings
    },
    async inferTensor(role, inputs, { waitMs, transfer = false, generation } = {}) {
      const { pool } = pinned(generation)
      model(role)
      const buffers = transfer ? Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer) : undefined
      const outputs = await pool.submit({ kind: 'infer', role, inputs }, { waitMs, transfer: buffers })
      return outputs as Record<string, Tensor>
    },
    model,
    stats() {
      const { pool, lanes, roles, number } = running()
      const stats = pool.stats()
      for (const each of [past, ...[...drainingMain].map((one) => one.stats())]) addCounts(stats, each)
      return {
        ...stats,
        lanes: [...lanes].map(([module, lane]) => ({ module, ...lane.stats() })),
        roles: [...roles].map(([role, entry]) => describe(role, entry)),
        generation: number,
        swaps: { ...swaps },
        draining: draining.size
      }
    }
  }

  async function reload(): Promise<RoleChange[]> {
    const before = running()
    try {
      const changes = await swapFrom(before)
      if (changes.length > 0) swaps.done++
      return changes
    } catch (error) {
      swaps.failed++
      throw asAppError(error, 'MODEL_UNAVAILABLE')
    }
  }

  async function swapFrom(before: Generation): Promise<RoleChange[]> {
    // What still drains counts as the second generation. Each run has its deadline, so this ends.
    await Promise.all(draining.values())
    if (isStopping) throw new AppError('SHUTTING_DOWN')
    await refuseLostRoot(before.roles, options.siteRoot)
    const found = await discover()
    if (concerned(roleChanges(before.roles, found)).length === 0) return []
    refuseLosses(before.roles, found)
    const after = await raiseGeneration(options, found, before.number + 1)
    try {
      refuseLosses(before.roles, after.roles)
      if (isStopping) throw new AppError('SHUTTING_DOWN')
    } catch (error) {
      await Promise.all(poolsOf(after).map((each) => each.stop()))
      throw error
    }
    // From here on everything goes to the new one; what the old one was given it finishes.
    current = after
    drain(before)
    return concerned(roleChanges(before.roles, after.roles))
  }

  /** Roles that are not loaded here change nothing here. */
  function concerned(changes: RoleChange[]): RoleChange[] {
    const { roles, modules } = options
    const loaded = roles && new Set([...roles, ...modules.flatMap(({ outside }) => outside?.roles ?? [])])
    return changes.filter(({ role }) => !loaded || loaded.has(role))
  }

  function drain(generation: Generation): void {
    drainingMain.add(generation.pool)
    for (const each of poolsOf(generation)) {
      const drained = each.retire().then(() => {
        draining.delete(each)
        if (drainingMain.delete(each)) addCounts(past, each.stats())
      })
      draining.set(each, drained)
    }
  }
}

function addCounts(sum: PoolCounts, { completed, failed, busy, workersReplaced }: PoolCounts): void {
  sum.completed += completed
  sum.failed += failed
  sum.busy += busy
  sum.workersReplaced += workersReplaced
}

/**
 * A root of the site's models that cannot be read, though models of it serve, is a disk that is away and no wish to serve others.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `root-missing`
 */
async function refuseLostRoot(roles: ReadonlyMap<string, RoleEntry>, siteRoot: string | undefined): Promise<void> {
  const isNeeded = [...roles.values()].some((entry) => entry.kind === 'model' && !entry.folder.shipped)
  if (siteRoot === undefined || !isNeeded) return
  await readdir(siteRoot).catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'root-missing', at: 'models.root', cause })
  })
}

function describe(role: string, entry: RoleEntry): RuntimeStats['roles'][number] {
  if (entry.kind === 'refused') return { role, refused: entry.error.code }
  const { manifest, shipped } = entry.folder
  return { role, version: manifest.version, sha256: manifest.sha256, shipped }
}
