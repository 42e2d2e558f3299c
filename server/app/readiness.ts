import type { BlobStore } from '../../core/blob-store.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import type { Role } from '../config/sections/roles.ts'
import { INBOUND_TOPICS, INGEST_GROUP } from '../pipeline/families.ts'

export interface Readiness {
  ready: boolean
  roles: readonly Role[]
  /** What it needs, each with its state: 'up', or what is the matter. */
  parts: Record<string, string>
  /** What somebody who looks here ought to know though it is no fault: 'outbound-off'. */
  notes?: string[]
}

export interface ReadinessDeps {
  store: Pick<FhirStore, 'sql'>
  bus: Pick<EventBus, 'lag'>
  blobs: Pick<BlobStore, 'check'>
  /** Where models run. */
  runtime: Pick<InferenceRuntime, 'ready'> | undefined
  roles: readonly Role[]
  /** Whether anything may leave. */
  outbound: boolean
  started: boolean
  stopping: boolean
  /** A part that is silent for so long is down for whoever asks. Default 3 s. */
  answerWithinMs?: number
}

/** Ready means: this process has begun, and all that its roles need answers. */
export async function readinessOf(deps: ReadinessDeps): Promise<Readiness> {
  const { store, bus, blobs, runtime, roles, outbound, started, stopping, answerWithinMs = 3000 } = deps
  const stateOf = (ask: () => Promise<unknown>) => stateWithin(answerWithinMs, ask)
  const server = stopping ? 'stopping' : started ? 'up' : 'starting'
  const [storeState, busState, blobState] = await Promise.all([
    stateOf(() => store.sql.all('SELECT 1 AS one')),
    stateOf(() => bus.lag(INBOUND_TOPICS[0]!, INGEST_GROUP)),
    stateOf(async () => blobs.check?.())
  ])
  const parts: Record<string, string> = { server, store: storeState, bus: busState, blobs: blobState }
  if (runtime) parts.models = runtime.ready ? 'up' : 'not-ready'
  const ready = Object.values(parts).every((state) => state === 'up')
  return { ready, roles, parts, ...(outbound ? {} : { notes: ['outbound-off'] }) }
}

async function stateWithin(ms: number, ask: () => Promise<unknown>): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve('silent'), ms)
  const answer = ask().then(
    () => 'up',
    (error: unknown) => asAppError(error).reason ?? 'down'
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
