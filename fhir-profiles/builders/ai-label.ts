import type { Annotation, Coding, Extension, Resource } from '@medplum/fhirtypes'
import type { ModelManifest } from '../../core/model.ts'
import { OBSERVATION_VALUE } from '../codes/hl7.ts'
import { EXTENSION } from '../generated/constants.ts'

/**
 * The sentence that stands verbatim in every AI result, card and message (specs README, section O).
 *
 * @param kind model.json training.kind
 */
export function researchOnlySentence(kind: ModelManifest['training']['kind']): string {
  return `Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on ${kind} data and have not been validated on patients of this hospital; confirm by the standard test before acting.`
}

/** Resource types of results whose `note` also carries the sentence, since readers show notes and not extensions. */
const NOTED = ['RiskAssessment', 'Observation', 'Task', 'Communication'] as const

interface Labelled {
  meta?: { security?: Coding[] }
  extension?: Extension[]
  note?: Annotation[]
}

/**
 * A copy of the resource labelled as an AI's work: meta.security AIAST (AI Transparency on FHIR), the research-only
 * sentence as extension and, where the type has one, as note. Labelling twice changes nothing.
 *
 * @param kind training kind of the model that wrote it
 */
export function labelAi<T extends Resource>(resource: T, kind: ModelManifest['training']['kind']): T {
  const sentence = researchOnlySentence(kind)
  const from = resource as Labelled
  const security = (from.meta?.security ?? []).filter((one) => !isAiAsserted(one))
  const extension = (from.extension ?? []).filter((one) => one.url !== EXTENSION.researchOnly)
  const labelled = {
    ...resource,
    meta: { ...resource.meta, security: [...security, { ...OBSERVATION_VALUE.aiAsserted }] },
    extension: [...extension, { url: EXTENSION.researchOnly, valueString: sentence }]
  }
  if (!(NOTED as readonly string[]).includes(resource.resourceType)) return labelled
  const note = (from.note ?? []).filter((one) => one.text !== sentence)
  return { ...labelled, note: [...note, { text: sentence }] }
}

/** Whether an AI wrote the resource, by its label. */
export const isAiLabelled = (resource: { meta?: { security?: Coding[] } }): boolean =>
  resource.meta?.security?.some(isAiAsserted) ?? false

function isAiAsserted(coding: Coding): boolean {
  return coding.system === OBSERVATION_VALUE.aiAsserted.system && coding.code === OBSERVATION_VALUE.aiAsserted.code
}
