import type { Bundle, Resource } from '@medplum/fhirtypes'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { uuidV5 } from '../../core/ids.ts'
import type { InferenceModule, ModuleOutcome, ResultContext } from '../../core/inference-module.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { digestOf } from './digest.ts'
import type { Recording } from './recording.ts'
import { modelsOf, resultIdOf, rolesAsked } from './result.ts'
import { resultWrites } from './result-writes.ts'

/**
 * One recording through one module, as a transaction Bundle of what the path would write. Nothing is stored and nobody is
 * named: the subject is a Patient id made from the recording. Same recording, same ids.
 *
 * @throws AppError BAD_REQUEST reason `no-recording-input`; MODEL_UNAVAILABLE, MODEL_CHANGED
 */
export async function inferFile(
  module: InferenceModule,
  recording: Recording,
  { runtime, clock, policy = {} }: { runtime: InferenceRuntime; clock: Clock; policy?: Record<string, unknown> }
): Promise<Bundle> {
  if (!module.inputFrom) throw new AppError('BAD_REQUEST', { reason: 'no-recording-input' })
  const input = module.inputFrom(recording)
  const { models, missing } = modelsOf(runtime, module, rolesAsked(runtime, module, input))
  if (missing && !module.manifest.runsWithoutModel) throw missing
  const inputHash = recording.sha256 ?? digestOf(input)
  const patient = `Patient/${uuidV5('infer-file', inputHash)}`
  const tracing = uuidV5('infer-file', 'tracing', inputHash)
  const now = clock.now().toISOString()
  const basis = `Observation/${tracing}/_history/1`
  const identity = {
    patient,
    patientAtFirstWrite: patient,
    tracing,
    basis: [basis],
    acquiredAt: recording.waveform?.startedAt?.instant
  }
  const resultId = resultIdOf(module, identity)
  const outcome: ModuleOutcome<unknown> = {
    kind: 'finding',
    findings: await runtime.run(module.manifest.id, input, policy)
  }
  const context: ResultContext = {
    identity,
    resultId,
    id: (role) => uuidV5(resultId, role),
    models,
    mode: 'shadow',
    firstRunAt: now,
    now,
    reads: [basis],
    digest: digestOf({
      contract: module.manifest.contract,
      policy,
      models: models.map(({ manifest }) => manifest.sha256),
      input
    })
  }
  const writes = await resultWrites({
    module,
    outcome,
    context,
    policy,
    hashOf: () => inputHash,
    previous: new Map()
  })
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: writes.map(({ resource }) => ({
      fullUrl: `urn:uuid:${resource.id}`,
      resource: resource as Resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
    }))
  }
}
