import type { Coding, Extension, Resource } from '@medplum/fhirtypes'
import {
  CODE_SYSTEM,
  EXTENSION as GUIDE_EXTENSION,
  IDENTIFIER as GUIDE_IDENTIFIER,
  HIS
} from '../../fhir-profiles/index.ts'

export const CONCEPT_SYSTEM = CODE_SYSTEM.concepts

/** Tags that the record step puts on resources and that inference, alerting and delivery heed. */
export const TAG = Object.freeze({
  provisionalPatient: HIS.provisional,
  synthetic: HIS.synthetic,
  incomplete: HIS.incomplete,
  unidentifiedPatient: HIS.unidentified,
  encounterInferred: HIS['encounter-inferred'],
  replayed: HIS.replayed,
  /** On what was taken back: it was another person's. */
  wrongPatient: HIS['wrong-patient'],
  /** MSH-11 T or D: never production data. */
  test: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST', display: 'test health data' }
} satisfies Record<string, Coding>)

export const EXTENSION = Object.freeze({
  originalSubject: GUIDE_EXTENSION.originalSubject,
  /** When the sender said it (MSH-7): of two statements the later one holds, in whatever order they arrive. */
  assertedAt: GUIDE_EXTENSION.assertedAt,
  lastAdtEvent: GUIDE_EXTENSION.lastAdtEvent,
  seriesManifest: GUIDE_EXTENSION.seriesManifest
})

export const IDENTIFIER = Object.freeze({
  tracing: GUIDE_IDENTIFIER.tracing,
  source: GUIDE_IDENTIFIER.businessKey,
  filler: GUIDE_IDENTIFIER.fillerOrder
})

/** Tag system that holds the name of the feed an order came by. */
export const FEED_TAG = 'urn:hisbundle:feed'

/** meta.source of everything a message wrote: the later envelope wins, an earlier one changes nothing (design section 3). */
export const sourceOf = (envelopeId: string): string => `urn:hisbundle:envelope:${envelopeId}`

export const envelopeOf = (resource: Resource): string | undefined =>
  /^urn:hisbundle:envelope:(.+)$/.exec(resource.meta?.source ?? '')?.[1]

export const hasTag = (resource: Resource, tag: Coding): boolean =>
  resource.meta?.tag?.some(({ system, code }) => system === tag.system && code === tag.code) ?? false

export function withTag<T extends Resource>(resource: T, tag: Coding, on = true): T {
  const others = (resource.meta?.tag ?? []).filter(({ system, code }) => system !== tag.system || code !== tag.code)
  const tags = on ? [...others, tag] : others
  const { tag: _old, ...meta } = resource.meta ?? {}
  return { ...resource, meta: { ...meta, ...(tags.length > 0 ? { tag: tags } : {}) } }
}

type Extended = { extension?: Extension[] }

export const extensionOf = (resource: Resource, url: string): Extension | undefined =>
  (resource as Extended).extension?.find((extension) => extension.url === url)

export function withExtension<T extends Resource>(resource: T, extension: Extension): T {
  const others = ((resource as Extended).extension ?? []).filter(({ url }) => url !== extension.url)
  return { ...resource, extension: [...others, extension] }
}

/** Whether what is stored was said after what comes now; equal times are settled by the order of receipt. */
export function saidLater(stored: Resource, incoming: { assertedAt?: string; envelopeId: string }): boolean {
  const said = extensionOf(stored, EXTENSION.assertedAt)?.valueInstant
  if (said && incoming.assertedAt && said !== incoming.assertedAt) return said > incoming.assertedAt
  return (envelopeOf(stored) ?? '') > incoming.envelopeId
}
