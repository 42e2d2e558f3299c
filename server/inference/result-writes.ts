import { join } from 'node:path'
import type { Device, Extension, Provenance, Reference, Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { StoreWrite } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import type { InferenceModule, ModuleOutcome, ResultContext } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import { aiDeviceId, buildAiDevice, buildModelCard, modelCardId } from '../../fhir-profiles/builders/ai-device.ts'
import { labelAi } from '../../fhir-profiles/builders/ai-label.ts'
import { buildAiProvenance, type ThresholdPolicy } from '../../fhir-profiles/builders/ai-provenance.ts'
import { devicePerformer } from '../../fhir-profiles/builders/alternate-performer.ts'
import { AI_DEVICE, concept, EXTENSION, HIS, isLeadingResult } from '../../fhir-profiles/index.ts'
import { readBounded } from '../../inference/runtime/bounded-file.ts'
import { digestOf } from './digest.ts'

type Stored = Resource & { id: string }
type Status = { status?: string }

/** A model card. */
const MAX_CARD_BYTES = 1024 * 1024
/** Names under which a policy keeps the limits that call a class. */
const LIMIT_NAMES = /^thresholds | (?:threshold|lowBelow|highFrom|from)$/

export interface ResultParts {
  module: InferenceModule
  outcome: ModuleOutcome<unknown>
  context: ResultContext
  policy: Record<string, unknown>
  /** sha256 of an input, by versioned reference. */
  hashOf(reference: string): string | undefined
  /** What stands there now, by 'Type/id': the targets of the earlier run. */
  previous: ReadonlyMap<string, Stored>
  previousProvenance?: Provenance
  /** The order as it is now, when this answers one. */
  order?: ServiceRequest & { id: string }
}

export const provenanceId = (resultId: string): string => uuidV5(resultId, 'provenance')

/** The digest that a stored run carries. */
export const runDigestOf = (provenance: Provenance | undefined): string | undefined =>
  provenance?.extension?.find(({ url }) => url === EXTENSION.runDigest)?.valueString

/**
 * The one transaction of a result: what the module writes with the labels, tags and performer that every module alike gets,
 * the Device and card of the model, the Provenance, and the order it answers.
 */
export async function resultWrites(parts: ResultParts): Promise<StoreWrite[]> {
  const { module, outcome, context, previous } = parts
  const model = context.models[0]
  const other = outcome.kind === 'finding' ? module.answeredBy?.(outcome.findings) : undefined
  const own = model ? buildAiDevice(model, [module.manifest.kind]) : moduleDevice(module)
  const device = other ? outsideDevice(module, other) : own
  const kind = model?.manifest.training.kind ?? 'simulated'
  const written = module.toFhir(outcome, context).flatMap(({ resource }): Stored[] => {
    if (!resource?.id) return []
    const labelled = labelAi(withPerformer(resource as Stored, device), kind)
    return [withStatus(withTags(withReasons(withOrigin(labelled, context), context), context), previous)]
  })
  const names = new Set(written.map(nameOf))
  // A part of the earlier run that this run no longer has is withdrawn, not left standing.
  const withdrawn = [...previous].flatMap(([name, resource]) =>
    names.has(name) ? [] : [{ ...resource, status: 'entered-in-error' } as Stored]
  )
  return [
    { resource: device, onlyIfAbsent: true },
    ...(model ? [{ resource: buildModelCard(model, await cardOf(model)), onlyIfAbsent: true }] : []),
    ...[...written, ...withdrawn].map((resource) => ({ resource })),
    { resource: provenanceOf(parts, device, [...written, ...withdrawn]) },
    ...orderWrite(parts, written)
  ]
}

function provenanceOf(
  parts: ResultParts,
  device: Device & { id: string },
  targets: Stored[]
): Provenance & { id: string } {
  const { context, policy, hashOf, previous, previousProvenance } = parts
  const model = context.models[0]
  const built = buildAiProvenance({
    id: provenanceId(context.resultId),
    targets: targets.map(nameOf),
    device: nameOf(device),
    modelCard: model ? `DocumentReference/${modelCardId(model.manifest.sha256)}` : nameOf(device),
    assets: model?.manifest.assets,
    sources: context.identity.basis.map((reference) => ({ reference, sha256: hashOf(reference) })),
    preprocessingId: model?.manifest.preprocessing.id ?? 'none',
    thresholdPolicy: model && thresholdPolicy(model, policy),
    occurred: context.firstRunAt,
    recorded: context.now,
    digest: context.digest,
    revises: [...previous].map(([name, { meta }]) => `${name}/_history/${meta?.versionId ?? '1'}`).sort(),
    activity: previousProvenance ? 'update' : 'create'
  })
  return { ...built, id: provenanceId(context.resultId) }
}

/** Every limit of the site's policy by its place in it; the version is the policy's own, else the digest of its content. */
function thresholdPolicy(model: ModelFolder, policy: Record<string, unknown>): ThresholdPolicy | undefined {
  const merged: Record<string, unknown> = { ...model.site, ...policy }
  const thresholds: Record<string, number> = {}
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'number' && LIMIT_NAMES.test(path)) thresholds[path] = value
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value)) collect(item, path ? `${path} ${key}` : key)
    }
  }
  for (const key of ['thresholds', 'operatingPoints', 'bands', 'topBand']) collect(merged[key], key)
  if (Object.keys(thresholds).length === 0) return undefined
  return {
    version: typeof merged['version'] === 'string' ? merged['version'] : digestOf(merged),
    calibration: model.manifest.calibration.method,
    thresholds
  }
}

/** An answered order is completed; one that got only a refusal is closed as revoked (ORC-5 CA, rules section 6). */
function orderWrite({ order }: ResultParts, written: Stored[]): StoreWrite[] {
  if (order?.status !== 'active') return []
  const refused = written.some((resource) => isLeadingResult(resource) && resource.status === 'cancelled')
  return [{ resource: { ...order, status: refused ? 'revoked' : 'completed' }, ifMatch: order.meta?.versionId }]
}

/** The model as performer, in the element that R4 has for it (hardening C1, R4 gaps). */
function withPerformer(resource: Stored, device: Device & { id: string }): Stored {
  const reference = nameOf(device)
  const display = device.deviceName?.[0]?.name ?? 'model'
  switch (resource.resourceType) {
    case 'RiskAssessment':
      return { ...resource, performer: { reference } }
    case 'Observation':
      return { ...resource, device: { reference }, performer: [devicePerformer(reference, display)] }
    case 'DiagnosticReport':
      return { ...resource, performer: [devicePerformer(reference, display)] }
    case 'DocumentReference':
      return { ...resource, author: [{ reference, display }] }
    default:
      return resource
  }
}

/** The patient at first write stays with the result through merges, as with everything recorded (rules section 2). */
function withOrigin(resource: Stored, { identity }: ResultContext): Stored {
  const from = resource as { extension?: Extension[]; subject?: Reference }
  if (!from.subject) return resource
  const others = (from.extension ?? []).filter(({ url }) => url !== EXTENSION.originalSubject)
  const origin = { url: EXTENSION.originalSubject, valueReference: { reference: identity.patientAtFirstWrite } }
  return { ...resource, extension: [...others, origin] } as Stored
}

/** What asked for it besides an order; the order numbers that it came under stand in the basis, for whom the answer reaches. */
function withReasons(resource: Stored, { identity: { reasons = [] } }: ResultContext): Stored {
  if (resource.resourceType !== 'RiskAssessment' || reasons.length === 0) return resource
  const codes = new Map(reasons.map(({ code }) => [code.code, code]))
  const orders = new Map(
    reasons.flatMap(({ orders = [] }) => orders.map((order) => [JSON.stringify(order), order] as const))
  )
  return {
    ...resource,
    reasonCode: [...codes.values()].map((code) => ({ coding: [{ ...code }] })),
    reasonReference: reasons.map(({ reference }) => ({ reference })),
    basis: [
      ...(resource.basis ?? []),
      ...[...orders.values()].map((identifier) => ({ type: 'ServiceRequest' as const, identifier }))
    ]
  }
}

function withTags(resource: Stored, { mode, identity, inheritedTags = [] }: ResultContext): Stored {
  // A module may mark its own result: 'fhir-only'.
  const tag = [...(resource.meta?.tag ?? []), HIS[mode], ...(identity.late ? [HIS.late] : []), ...inheritedTags]
  return { ...resource, meta: { ...resource.meta, tag: tag.map((one) => ({ ...one })) } }
}

/** A new version of what a person had signed is `corrected`; before a signature it stays preliminary (rules section 8). */
function withStatus(resource: Stored, previous: ReadonlyMap<string, Stored>): Stored {
  const before = (previous.get(nameOf(resource)) as Status | undefined)?.status
  const isSigned = before === 'final' || before === 'amended' || before === 'corrected'
  return isSigned && (resource as Status).status === 'preliminary'
    ? ({ ...resource, status: 'corrected' } as Stored)
    : resource
}

/** A model on another machine: named as it names itself; nobody here has seen its file. */
function outsideDevice(
  { manifest }: InferenceModule,
  { name, version }: { name: string; version: string }
): Device & { id: string } {
  return {
    ...moduleDevice({ manifest }),
    id: aiDeviceId(`outside|${manifest.contract}|${name}|${version}`),
    deviceName: [{ name, type: 'model-name' }],
    version: [{ type: concept(HIS['model-version']), value: version }],
    note: [{ text: 'Runs on another machine; its weights were not verified here.' }]
  }
}

/** Who refuses when no model serves the role: the module itself, without a version that it does not have. */
function moduleDevice({ manifest }: Pick<InferenceModule, 'manifest'>): Device & { id: string } {
  return {
    resourceType: 'Device',
    id: aiDeviceId(`no-model|${manifest.contract}`),
    status: 'active',
    deviceName: [{ name: manifest.id, type: 'model-name' }],
    modelNumber: manifest.contract,
    type: concept(AI_DEVICE['Artificial-Intelligence']),
    safety: [concept(HIS['research-only-device'])]
  }
}

const cardOf = (model: ModelFolder): Promise<string> =>
  // A site's card is text of somebody else: bounded, and never what a link shows.
  readBounded(join(model.dir, 'card.md'), MAX_CARD_BYTES).then(
    (bytes) => bytes.toString('utf8'),
    () =>
      `# ${model.manifest.name} ${model.manifest.version}\n\nNo card.md came with this model folder. ${model.manifest.intendedUse}\n`
  )

const nameOf = ({ resourceType, id }: { resourceType: string; id: string }): string => `${resourceType}/${id}`
