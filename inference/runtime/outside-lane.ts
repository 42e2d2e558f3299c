import type { OutsideCalls } from '../../core/inference-module.ts'
import type { WorkerSetup } from './messages.ts'
import { type PoolOptions, WorkerPool } from './pool.ts'

/** Runs that may wait for a thread of the lane; each of them stands for minutes. */
const MAX_QUEUED = 64

/**
 * A pool of its own for the runs of one module that wait for another machine (docs/adr/038). One job a thread, as in every pool, so
 * that a session is never entered twice; more threads than cores do no harm here, since they wait.
 *
 * @param calls what the module says of its runs under the site's policy
 * @param environment where the named variables are taken from; others are not handed on
 */
export function outsideLane(
  setup: WorkerSetup,
  calls: OutsideCalls,
  { log, environment = process.env }: Pick<PoolOptions, 'log'> & { environment?: Record<string, string | undefined> }
): WorkerPool {
  const named = calls.environment.flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return new WorkerPool({
    setup,
    workers: calls.atOnce,
    depth: 1,
    maxQueued: MAX_QUEUED,
    waitMs: calls.runMs,
    runMs: calls.runMs,
    drain: false,
    environment: Object.fromEntries(named),
    ...(log ? { log } : {})
  })
}
