import type { DocumentReference, Encounter, Observation, Resource } from '@medplum/fhirtypes'
import type { PatientGroup } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { authoritySystem } from '../../fhir-profiles/index.ts'
import { type MessageContext, resourceId, type Writes } from './deps.ts'
import { applyAdt, openAt, provisionalEncounter } from './encounter.ts'
import { EXTENSION, hasTag, sourceOf, TAG, withExtension, withTag } from './marks.ts'
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
    // What is said of a visit keeps its name through merges (rules section 1): so the visit keeps whose it was first.
    ...withExtension(provisionalEncounter(named.id, named.identifier, subject.reference), {
      url: EXTENSION.originalSubject,
      valueReference: { reference: `Patient/${subject.named.id}` }
    }),
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
 * the visits as they will be after this commit (an ECG may come before the admission that it belongs to; a merge brings
 * the visits of two records together).
 */
export async function relinkEncounters(context: MessageContext, patient: string, writes: Writes): Promise<void> {
  const { store } = context.deps
  const all = await soon<Encounter & { id: string }>(store, { type: 'Encounter', patient, count: 50 }, writes)
  for (const type of ['Observation', 'DiagnosticReport', 'ServiceRequest', 'ImagingStudy'] as const) {
    for (const resource of await soon<Linked>(store, { type, patient, count: 500 }, writes)) {
      const at = timeOf(resource)
      if (!at || (resource.encounter && !hasTag(resource, TAG.encounterInferred))) continue
      const open = all.filter((encounter) => openAt(encounter, at))
      const wanted = open.length === 1 ? `Encounter/${open[0]!.id}` : undefined
      if (wanted === resource.encounter?.reference) continue
      const { encounter: _old, ...rest } = resource
      const linked = { ...rest, ...(wanted ? { encounter: { reference: wanted } } : {}) } as Resource & { id: string }
      writes.put({
        resource: withTag(linked, TAG.encounterInferred, wanted !== undefined),
        ifMatch: matchOf(resource, writes)
      })
      if (linked.resourceType === 'Observation')
        await relinkDocuments(store, { ...linked, id: linked.id! }, wanted, writes)
    }
  }
}

type Linked = Resource & { id: string; encounter?: { reference?: string } }

/** What a patient has once `writes` are committed: the stored, as it will be, and what moves to the patient. */
async function soon<T extends Resource & { id: string }>(
  store: FhirStore,
  { type, patient, count }: { type: T['resourceType']; patient: string; count: number },
  writes: Writes
): Promise<T[]> {
  const found = new Map<string, T>()
  for (const stored of await store.search<T>(`${type}?patient=${patient}&_count=${count}`))
    found.set(stored.id, pending(stored, writes))
  for (const { resource } of writes.list) {
    const { subject } = resource as { subject?: { reference?: string } }
    if (resource.resourceType === type && subject?.reference === patient) found.set(resource.id, resource as T)
  }
  return [...found.values()]
}

/** As this commit will leave it. */
const pending = <T extends Resource & { id: string }>(stored: T, writes: Writes): T =>
  (writes.get(stored.resourceType, stored.id)?.resource as T | undefined) ?? stored

/** A resource that is written already keeps the condition it was written under. */
const matchOf = (resource: Resource & { id: string }, writes: Writes): string | undefined => {
  const earlier = writes.get(resource.resourceType, resource.id)
  return earlier ? earlier.ifMatch : resource.meta?.versionId
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
  for (const stored of [...own, ...twins]) {
    if (!stored) continue
    const document = pending(stored, writes)
    const { encounter: _old, ...context } = document.context ?? {}
    writes.put({
      resource: { ...document, context: { ...context, ...(wanted ? { encounter: [{ reference: wanted }] } : {}) } },
      ifMatch: matchOf(document, writes)
    })
  }
}

function timeOf(resource: object): string | undefined {
  const r = resource as {
    effectiveDateTime?: string
    effectivePeriod?: { start?: string }
    authoredOn?: string
    /** Of an ImagingStudy. */
    started?: string
  }
  return r.effectiveDateTime ?? r.effectivePeriod?.start ?? r.authoredOn ?? r.started
}
