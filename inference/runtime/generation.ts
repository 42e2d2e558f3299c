import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { withAgreement } from './agreement.ts'
import type { WorkerSetup } from './messages.ts'
import { outsideLane } from './outside-lane.ts'
import { type PoolOptions, WorkerPool } from './pool.ts'
import type { RoleEntry } from './role-entry.ts'
import type { RuntimeModule, RuntimeOptions } from './runtime-options.ts'

/** Who serves each role, and the workers that have exactly these models loaded. A swap makes the next one. */
export interface Generation {
  number: number
  roles: ReadonlyMap<string, RoleEntry>
  pool: WorkerPool
  /** By module: pools of those whose runs wait for another machine. */
  lanes: ReadonlyMap<string, WorkerPool>
}

/**
 * Makes the workers, loads and warms up. A model that does not load refuses its role, and the heads that need it.
 *
 * @throws AppError INFERENCE_FAILED reason `module-load` or `worker-start`; nothing is left running then
 */
export async function raiseGeneration(
  options: RuntimeOptions,
  found: ReadonlyMap<string, RoleEntry>,
  number: number
): Promise<Generation> {
  const roles = new Map(found)
  const setupOf = setupsOf(options, found)
  const pool = new WorkerPool({
    setup: setupOf(options.modules.filter(({ outside }) => !outside)),
    workers: options.workers ?? availableParallelism(),
    ...limitsOf(options)
  })
  const lanes = new Map(
    options.modules.flatMap((module) =>
      module.outside
        ? [[module.id, outsideLane(setupOf([module], module.outside.roles), module.outside, { log: options.log })]]
        : []
    )
  )
  const generation = { number, roles, pool, lanes }
  try {
    // One after the other, as the workers of a pool are.
    for (const each of poolsOf(generation)) {
      for (const { role, module, error } of await each.start()) {
        if (module) throw new AppError('INFERENCE_FAILED', { reason: 'module-load', at: `inference/modules/${module}` })
        roles.set(role!, { kind: 'refused', dir: '', error: asAppError(error, 'MODEL_UNAVAILABLE') })
      }
    }
  } catch (error) {
    await Promise.all(poolsOf(generation).map((each) => each.stop()))
    throw error
  }
  return { ...generation, roles: withAgreement(roles) }
}

export const poolsOf = ({ pool, lanes }: Pick<Generation, 'pool' | 'lanes'>): WorkerPool[] => [pool, ...lanes.values()]

function setupsOf(options: RuntimeOptions, found: ReadonlyMap<string, RoleEntry>) {
  const folders = [...found.values()].flatMap((entry) => (entry.kind === 'model' ? [entry.folder] : []))
  return (modules: RuntimeModule[], of = options.roles): WorkerSetup => ({
    models: folders
      .filter(({ role }) => !of || of.includes(role))
      .map(({ role, dir, manifest, site }) => ({ role, path: join(dir, manifest.file), manifest, site: site ?? {} })),
    modules: modules.map(({ id, url }) => ({ id, url })),
    intraOpThreads: options.intraOpThreads ?? 1
  })
}

function limitsOf({ maxQueued, depth, waitMs, runMs, log }: RuntimeOptions): Partial<PoolOptions> {
  return Object.fromEntries(
    Object.entries({ maxQueued, depth, waitMs, runMs, log }).filter(([, value]) => value !== undefined)
  )
}
