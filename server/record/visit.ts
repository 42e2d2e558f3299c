import type { DocumentReference, Encounter, Observation, Resource } from '@medplum/fhirtypes'
import type { PatientGroup } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { type MessageContext, resourceId, type Writes } from './deps.ts'
import { applyAdt, openAt, provisionalEncounter } from './encounter.ts'
import { hasTag, sourceOf, TAG, withTag } from './marks.ts'
import { authoritySystem } from './patient-claim.ts'
import type { Subject } from './subject.ts'

export interface Visit {
  reference?: string
  inferred: boolean
}

/**
 * The encounter of a group: by visit number, else the only one of the patient open at that time, else none: two
 * candidates are never guessed between (rules section 2). ADT events change it on the way.
 */
export async function resolveVisit(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  at: string | undefined,
  writes: Writes
): Promise<Visit> {
  const named = visitIdentity(context, group)
  if (!named) return inferVisit(context.deps.store, subject.reference, at)
  const { store } = context.deps
  const stored = await store.read<Encounter & { id: string }>('Encounter', named.id)
  if (
    stored &&
    stored.subject?.reference !== subject.reference &&
    stored.subject?.reference !== `Patient/${subject.named.id}`
  ) {
    throw new AppError('IDENTITY_CONFLICT', { at: 'PV1-19' })
  }
  const before = stored ?? {
    ...provisionalEncounter(named.id, named.identifier, subject.reference),
    meta: { source: sourceOf(context.envelope.id) }
  }
  const after = group.adt ? applyAdt(before, group.adt, group.visit) : before
  writes.put({ resource: after as Encounter & { id: string } })
  return { reference: `Encounter/${named.id}`, inferred: false }
}

export function visitIdentity(
  context: MessageContext,
  group: PatientGroup
): { id: string; identifier?: { system: string; value: string } } | undefined {
  const number = group.visit?.number
  const authority = number?.authority || context.feed.defaultAuthority
  if (number?.value && authority) {
    const system = `${authoritySystem(authority)}:visit`
    return {
      id: resourceId(context.deps, 'Encounter', `${system}|${number.value}`),
      identifier: { system, value: number.value }
    }
  }
  return undefined
}

export async function inferVisit(store: FhirStore, patient: string, at: string | undefined): Promise<Visit> {
  if (!at) return { inferred: false }
  const open = (await store.search<Encounter & { id: string }>(`Encounter?patient=${patient}&_count=50`)).filter((e) =>
    openAt(e, at)
  )
  return open.length === 1 ? { reference: `Encounter/${open[0]!.id}`, inferred: true } : { inferred: false }
}

/**
 * The other side of the join: after an ADT event, what this patient has without an explicit visit is linked again by
 * the visits as they are now (an ECG may come before the admission that it belongs to).
 */
export async function relinkEncounters(
  context: MessageContext,
  patient: string,
  changed: Encounter | undefined,
  writes: Writes
): Promise<void> {
  const { store } = context.deps
  const others = (await store.search<Encounter & { id: string }>(`Encounter?patient=${patient}&_count=50`)).filter(
    (e) => e.id !== changed?.id
  )
  const all = changed ? [...others, changed as Encounter & { id: string }] : others
  for (const type of ['Observation', 'DiagnosticReport', 'ServiceRequest'] as const) {
    for (const resource of await store.search<Resource & { id: string; encounter?: { reference?: string } }>(
      `${type}?patient=${patient}&_count=500`
    )) {
      const at = timeOf(resource)
      if (!at || (resource.encounter && !hasTag(resource, TAG.encounterInferred))) continue
      const open = all.filter((encounter) => openAt(encounter, at))
      const wanted = open.length === 1 ? `Encounter/${open[0]!.id}` : undefined
      if (wanted === resource.encounter?.reference) continue
      const { encounter: _old, ...rest } = resource
      const linked = { ...rest, ...(wanted ? { encounter: { reference: wanted } } : {}) } as Resource & { id: string }
      writes.put({
        resource: withTag(linked, TAG.encounterInferred, wanted !== undefined),
        ifMatch: resource.meta?.versionId
      })
      if (linked.resourceType === 'Observation')
        await relinkDocuments(store, { ...linked, id: linked.id! }, wanted, writes)
    }
  }
}

/** The document of a recording, and the one of its second way here, stand with its Observation. */
async function relinkDocuments(
  store: FhirStore,
  observation: Observation & { id: string },
  wanted: string | undefined,
  writes: Writes
): Promise<void> {
  const ids = (observation.derivedFrom ?? []).flatMap(
    ({ reference }) => reference?.match(/^DocumentReference\/(.+)$/)?.[1] ?? []
  )
  const own = await Promise.all(
    ids.map((id) => store.read<DocumentReference & { id: string }>('DocumentReference', id))
  )
  const twins = await store.search<DocumentReference & { id: string }>(
    `DocumentReference?related=Observation/${observation.id}&_count=20`
  )
  for (const document of [...own, ...twins]) {
    if (!document) continue
    const { encounter: _old, ...context } = document.context ?? {}
    writes.put({
      resource: { ...document, context: { ...context, ...(wanted ? { encounter: [{ reference: wanted }] } : {}) } },
      ifMatch: document.meta?.versionId
    })
  }
}

function timeOf(resource: object): string | undefined {
  const r = resource as { effectiveDateTime?: string; effectivePeriod?: { start?: string }; authoredOn?: string }
  return r.effectiveDateTime ?? r.effectivePeriod?.start ?? r.authoredOn
}
