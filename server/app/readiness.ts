import type { FhirStore } from '../../core/fhir-store.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'

export interface Readiness {
  ready: boolean
  parts: Record<string, string>
}

/** Ready means: messages are taken, the store answers, the models are warm. */
export async function readinessOf(deps: {
  store: FhirStore
  runtime: InferenceRuntime
  started: boolean
  stopping: boolean
}): Promise<Readiness> {
  const store = await deps.store.sql.all('SELECT 1 AS one').then(
    () => 'up',
    () => 'down'
  )
  const models = deps.runtime.ready ? 'warm' : 'not-ready'
  const intake = deps.stopping ? 'stopping' : deps.started ? 'up' : 'starting'
  return { ready: store === 'up' && models === 'warm' && intake === 'up', parts: { store, models, intake } }
}
