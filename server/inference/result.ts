import type { Coding, Provenance, Resource, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { Clock } from '../../core/clock.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FhirStore, WriteResult } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import type {
  InferenceModule,
  ModuleEvent,
  ModuleOutcome,
  ResultContext,
  ResultIdentity,
  Selection
} from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { digestOf } from './digest.ts'
import type { ModuleMeter } from './meter.ts'
import type { TrackingReader } from './record-reader.ts'
import { provenanceId, resultWrites, runDigestOf } from './result-writes.ts'

export interface ResultDeps {
  store: Pick<FhirStore, 'read' | 'write'>
  /** Without a generation the models never change. */
  runtime: Pick<InferenceRuntime, 'run' | 'model'> & Partial<Pick<InferenceRuntime, 'generation'>>
  clock: Clock
  meter?: ModuleMeter
  /** The switch that stops all that leaves; what asks another machine is refused meanwhile. Absent: on. */
  outbound?: () => boolean
}

export interface ModuleSetup {
  module: InferenceModule
  mode: 'shadow' | 'advisory'
  policy: Record<string, unknown>
  /** Of the models by which the mode was found; others do not answer. */
  generation?: number
  /** Nobody is served by it and others are: its runs wait for theirs, and hold no record that theirs need. */
  yields?: boolean
}

export type Decided = Extract<Selection<unknown>, { kind: 'run' | 'refuse' }>

/** Result id (rules section 1): one for each patient at first write, contract, tracing and order. */
export const resultIdOf = (module: InferenceModule, identity: ResultIdentity): string =>
  uuidV5(
    identity.patientAtFirstWrite,
    module.manifest.contract,
    identity.tracing,
    identity.order?.placerOrderNumber ?? 'unsolicited'
  )

/**
 * Makes and stores one result. Same id and same digest as stored: nothing happens, not even a run. Another digest: a new
 * version of the same resources.
 *
 * The digest covers the module's contract, model hashes, preprocessing, site policy, configuration policy, identity with
 * versioned basis, and the whole input. It leaves out what was merely looked at: the same result is reached from several
 * events (an ECG, an order, a potassium) that look at different things on the way (docs/adr/031). Of an Encounter it takes
 * the id alone: every transfer and discharge makes a version, and what of it matters is in the input.
 *
 * @returns what was written; empty when there was nothing to do
 * @throws AppError INFERENCE_BUSY, INFERENCE_FAILED, FHIR_VERSION_CONFLICT: the event is offered again
 */
export async function makeResult(
  deps: ResultDeps,
  setup: ModuleSetup,
  selection: Decided,
  { reader, event, ahead }: { reader: TrackingReader; event?: ModuleEvent; ahead?: RunAhead }
): Promise<WriteResult[]> {
  const { store, clock } = deps
  const { module, mode, policy } = setup
  const { identity } = selection
  const resultId = resultIdOf(module, identity)
  requireGeneration(deps, setup)
  const { models, missing } = modelsOf(deps.runtime, module, rolesOf(deps.runtime, module, selection))
  const digest = askedDigest(setup, selection, models)
  const { previous, previousProvenance, isAnswered } = await standing(store, resultId, digest)
  if (isAnswered) return []

  const now = clock.now().toISOString()
  const earlier = previous.get(`RiskAssessment/${resultId}`) as RiskAssessment | undefined
  const context: ResultContext = {
    identity,
    resultId,
    id: (role) => uuidV5(resultId, role),
    models,
    mode,
    firstRunAt: earlier?.occurrenceDateTime ?? previousProvenance?.occurredDateTime ?? now,
    now,
    reads: reader.reads,
    digest,
    inheritedTags: await inheritedTags(reader, identity)
  }
  const outcome = ahead?.digest === digest ? ahead.outcome : await outcomeOf(deps, setup, selection, missing)
  failpoint('inference.ran')
  const orderId = identity.order?.reference.split('/')[1]
  const order = orderId ? await store.read<ServiceRequest & { id: string }>('ServiceRequest', orderId) : undefined
  const hashes = await basisHashes(reader, identity)
  const writes = await resultWrites({
    module,
    outcome,
    context,
    policy,
    hashOf: (reference) => hashes.get(reference),
    previous,
    previousProvenance,
    order
  })
  const cause = event?.change?.cause.envelopeId
  const written = await store.write(writes, {
    kind: 'result',
    module: module.manifest.id,
    ...(cause ? { envelopeId: cause } : {}),
    ...(identity.late ? { late: true } : {})
  })
  deps.meter?.answered(module.manifest.id, {
    refusal: refusalOf(module, outcome),
    ...(event?.change ? { seconds: (clock.now().getTime() - Date.parse(event.change.at)) / 1000 } : {})
  })
  return written
}

/** What a run said before anything was locked, and what it was asked. */
export interface RunAhead {
  digest: string
  outcome: ModuleOutcome<unknown>
}

/**
 * Runs what waits for another machine, or yields to served modules, before the patient's record is locked: time in which another
 * module could not answer about the same patient. Whether the record stood still meanwhile is checked under the lock, as for every result.
 *
 * @returns undefined for what is served from here, and for what is answered already: `makeResult` then does as always
 */
export async function runAhead(
  deps: ResultDeps,
  setup: ModuleSetup,
  selection: Decided
): Promise<RunAhead | undefined> {
  const { module, policy, yields } = setup
  if (selection.kind !== 'run' || !(yields || module.outside?.(policy))) return undefined
  requireGeneration(deps, setup)
  const { models, missing } = modelsOf(deps.runtime, module, rolesOf(deps.runtime, module, selection))
  const digest = askedDigest(setup, selection, models)
  const { isAnswered } = await standing(deps.store, resultIdOf(module, selection.identity), digest)
  return isAnswered ? undefined : { digest, outcome: await outcomeOf(deps, setup, selection, missing) }
}

/**
 * The mode was found by the models of this generation, and only they may answer under it.
 *
 * @throws AppError INFERENCE_BUSY reason `swapped`
 */
function requireGeneration({ runtime }: ResultDeps, { generation }: ModuleSetup): void {
  if (generation !== undefined && generation !== runtime.generation)
    throw new AppError('INFERENCE_BUSY', { reason: 'swapped' })
}

function askedDigest(
  { module, mode, policy }: ModuleSetup,
  selection: Decided,
  models: readonly ModelFolder[]
): string {
  const { late: _late, ...identified } = selection.identity
  return digestOf({
    contract: module.manifest.contract,
    mode,
    policy,
    models: models.map(({ manifest, site }) => [manifest.sha256, manifest.version, manifest.preprocessing.id, site]),
    identity: { ...identified, basis: identified.basis.map(withoutVisitVersion) },
    asked: selection.kind === 'run' ? { input: selection.input } : { code: selection.code, detail: selection.detail }
  })
}

/** What was written under this result id, and whether it answers this very question and was not taken back. */
async function standing(store: ResultDeps['store'], resultId: string, digest: string) {
  const previousProvenance = await store.read<Provenance>('Provenance', provenanceId(resultId))
  const previous = await targetsOf(store, previousProvenance)
  const isStanding = [...previous.values()].some(
    (resource) => (resource as { status?: string }).status !== 'entered-in-error'
  )
  return { previous, previousProvenance, isAnswered: isStanding && runDigestOf(previousProvenance) === digest }
}

const withoutVisitVersion = (reference: string): string =>
  reference.startsWith('Encounter/') ? reference.split('/_history/')[0]! : reference

/** A module may also find in its run that it has nothing to say: then its findings name the code. */
function refusalOf(module: InferenceModule, outcome: ModuleOutcome<unknown>): string | undefined {
  if (outcome.kind === 'refusal') return outcome.code
  const scores = module.scores?.(outcome.findings)
  return scores && 'refused' in scores ? String(scores.refused) : undefined
}

async function outcomeOf(
  { runtime, meter, outbound }: ResultDeps,
  { module, policy, generation, yields }: ModuleSetup,
  selection: Decided,
  missing: AppError | undefined
): Promise<ModuleOutcome<unknown>> {
  if (selection.kind === 'refuse') return { kind: 'refusal', code: selection.code, detail: selection.detail }
  if (missing && !module.manifest.runsWithoutModel) return { kind: 'refusal', code: 'model-unavailable' }
  if (outbound?.() === false && module.outside?.(policy))
    return { kind: 'refusal', code: 'model-unavailable', detail: 'outbound-off' }
  const began = performance.now()
  try {
    const findings = await runtime.run(module.manifest.id, selection.input, policy, {
      generation,
      ...(yields ? { yields } : {})
    })
    meter?.ran(module.manifest.id, (performance.now() - began) / 1000)
    return { kind: 'finding', findings }
  } catch (error) {
    const coded = asAppError(error)
    // Running longer than the limit will not get better by itself: the order is answered, with the reason.
    if (coded.reason === 'run-timeout') return { kind: 'refusal', code: 'deadline-exceeded' }
    if (coded.code === 'MODEL_UNAVAILABLE' || coded.code === 'MODEL_CHANGED')
      return { kind: 'refusal', code: 'model-unavailable' }
    throw coded
  }
}

/** Of several models only those that this run asks; a refusal before any run is said by the first. */
function rolesOf(runtime: Pick<InferenceRuntime, 'model'>, module: InferenceModule, selection: Decided): string[] {
  const { manifest, modelsFor } = module
  if (selection.kind !== 'run') return modelsFor ? manifest.models.slice(0, 1) : manifest.models
  return rolesAsked(runtime, module, selection.input)
}

/** Of several models those that a run of this input asks, the one that answers first. */
export function rolesAsked(
  runtime: Pick<InferenceRuntime, 'model'>,
  { manifest, modelsFor }: InferenceModule,
  input: unknown
): string[] {
  return modelsFor?.(input, (role) => modelsOf(runtime, { manifest }, [role]).models[0]?.manifest) ?? manifest.models
}

export function modelsOf(
  runtime: Pick<InferenceRuntime, 'model'>,
  module: Pick<InferenceModule, 'manifest'>,
  roles: readonly string[] = module.manifest.models
): { models: ModelFolder[]; missing?: AppError } {
  try {
    return { models: roles.map((role) => runtime.model(role)) }
  } catch (error) {
    return { models: [], missing: asAppError(error, 'MODEL_UNAVAILABLE') }
  }
}

export async function targetsOf(
  store: Pick<FhirStore, 'read'>,
  provenance: Provenance | undefined
): Promise<Map<string, Resource & { id: string }>> {
  const targets = new Map<string, Resource & { id: string }>()
  for (const { reference } of provenance?.target ?? []) {
    const [type, id] = reference?.split('/') ?? []
    const found = type && id ? await store.read<Resource & { id: string }>(type, id) : undefined
    if (found) targets.set(reference!, found)
  }
  return targets
}

/** Hash of every input; what select named without reading it is read now. */
async function basisHashes(reader: TrackingReader, { basis }: ResultIdentity): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const reference of basis) {
    if (!reader.hashOf(reference)) await reader.read(reference)
    const hash = reader.hashOf(reference)
    if (hash) hashes.set(reference, hash)
  }
  return hashes
}

/** Marks of an input that whatever derives from it carries too: synthetic (rules section 11) and test data (MSH-11 T, D). */
const INHERITED = new Set(['synthetic', 'HTEST'])

async function inheritedTags(reader: TrackingReader, { basis }: ResultIdentity): Promise<Coding[]> {
  const tags = new Map<string, Coding>()
  for (const reference of basis) {
    const resource = await reader.read(reference)
    for (const tag of resource?.meta?.tag ?? []) if (INHERITED.has(tag.code ?? '')) tags.set(tag.code!, tag)
  }
  return [...tags.values()]
}
