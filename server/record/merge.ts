import type { Encounter, Patient, Reference, Resource } from '@medplum/fhirtypes'
import type { PatientGroup } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { sameTexts } from '../../core/json-numbers.ts'
import type { MessageContext, Writes } from './deps.ts'
import { EXTENSION, extensionOf, withExtension } from './marks.ts'
import { usableIdentifiers } from './patient-claim.ts'
import { findPatient, newPatient, type Subject, survivorOf } from './subject.ts'

/** Types whose `patient` search parameter finds what belongs to a person and must follow a merge. */
const MOVED_TYPES = [
  'Observation',
  'DiagnosticReport',
  'ServiceRequest',
  'Encounter',
  'RiskAssessment',
  'DocumentReference',
  'ImagingStudy',
  'Specimen',
  'Task',
  'Communication',
  'Condition',
  'Procedure',
  'MedicationRequest',
  'AllergyIntolerance',
  'Immunization',
  'CarePlan',
  'MedicationStatement',
  'MedicationAdministration',
  'Claim',
  'ExplanationOfBenefit',
  'CareTeam',
  'Consent',
  'Goal',
  'Device'
]

const PAGE = 1000

/**
 * A40 and its elders A18, A34, A36, A39 (rules section 2): MRG-1 is the incorrect source, PID-3 the survivor. The source
 * becomes inactive and is replaced by the survivor; everything of it moves in the same commit. Each resource keeps its
 * original subject, so a person can split the two again.
 *
 * @throws AppError PATIENT_MERGE_CYCLE when the survivor was itself merged into the source, or (reason
 *   'merged-elsewhere') the source already belongs to a third person
 */
export async function mergePatients(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  writes: Writes
): Promise<void> {
  const { store } = context.deps
  const identifiers = usableIdentifiers(group.adt?.merged?.identifiers ?? [], context.feed.defaultAuthority)
  if (identifiers.length === 0) throw new AppError('HL7_FIELD_MISSING', { at: 'MRG-1' })
  const source = await findPatient(store, identifiers)
  const survivorId = subject.reference.replace('Patient/', '')
  if (!source) {
    // Not seen before: remembered as merged, so that what comes later under it reaches the survivor.
    writes.put({ resource: replaced(newPatient(context, identifiers), survivorId) })
    writes.put({ resource: replaces(subject.named, newPatient(context, identifiers).id) })
    return
  }
  const end = await survivorOf(store, source)
  if (source.id === survivorId) throw new AppError('PATIENT_MERGE_CYCLE', { at: 'MRG-1' })
  if (end.id === survivorId) return
  if (end.id !== source.id) throw new AppError('PATIENT_MERGE_CYCLE', { at: 'MRG-1', reason: 'merged-elsewhere' })
  if (subject.named.id !== survivorId) {
    throw new AppError('PATIENT_MERGE_CYCLE', { at: 'PID-3', reason: 'survivor-was-merged' })
  }
  writes.put({ resource: replaced(source, survivorId) })
  writes.put({ resource: replaces(subject.named, source.id) })
  await moveAll(store, `Patient/${source.id}`, `Patient/${survivorId}`, writes)
}

function replaced<T extends Patient>(source: T, survivorId: string): T {
  const links = (source.link ?? []).filter((link) => link.type !== 'replaced-by')
  return {
    ...source,
    active: false,
    link: [...links, { type: 'replaced-by', other: { reference: `Patient/${survivorId}` } }]
  }
}

function replaces<T extends Patient>(survivor: T, sourceId: string): T {
  const reference = `Patient/${sourceId}`
  const links = (survivor.link ?? []).filter((link) => link.other.reference !== reference)
  return { ...survivor, link: [...links, { type: 'replaces', other: { reference } }] }
}

async function moveAll(store: FhirStore, from: string, to: string, writes: Writes): Promise<void> {
  for (const type of MOVED_TYPES) {
    for (const resource of await everything(store, `${type}?patient=${from}`)) {
      writes.put({ resource: withOrigin(repoint(resource, from, to), from), ifMatch: resource.meta?.versionId })
    }
  }
}

/** Types by whose first subject results are named (rules section 1). */
const NAMING = new Set(['Observation', 'Encounter', 'ServiceRequest'])

/** What came over REST holds no original subject yet: the one that it is moved away from. */
function withOrigin<T extends Resource & { id: string }>(resource: T, from: string): T {
  const isKept = !NAMING.has(resource.resourceType) || extensionOf(resource, EXTENSION.originalSubject)
  return isKept
    ? resource
    : withExtension(resource, { url: EXTENSION.originalSubject, valueReference: { reference: from } })
}

/** All matches of a query, page after page from the time of the last one seen. */
async function everything(store: FhirStore, query: string): Promise<(Resource & { id: string })[]> {
  const all = new Map<string, Resource & { id: string }>()
  for (let since = ''; ; ) {
    const from = since ? `&_lastUpdated=ge${since}` : ''
    const page = await store.search<Resource & { id: string }>(`${query}&_sort=_lastUpdated&_count=${PAGE}${from}`)
    const before = all.size
    for (const resource of page) all.set(resource.id, resource)
    since = page.at(-1)?.meta?.lastUpdated ?? ''
    if (page.length < PAGE) return [...all.values()]
    if (all.size === before) throw new AppError('STORE_UNAVAILABLE', { reason: 'page-of-one-instant' })
  }
}

/** Every reference to `from` becomes one to `to`, except inside extensions: they hold the original. */
export function repoint<T>(value: T, from: string, to: string): T {
  if (Array.isArray(value)) return value.map((item) => repoint(item, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  if ((value as Reference).reference === from) return { ...value, reference: to }
  const copy = Object.entries(value).map(([key, item]) => [key, key === 'extension' ? item : repoint(item, from, to)])
  return sameTexts(value, Object.fromEntries(copy) as T)
}

/** A45 (and A44 by visit): the visit of MRG-5 and what hangs on it move to the patient of PID. */
export async function moveVisit(
  context: MessageContext,
  from: Encounter & { id: string },
  to: Subject,
  writes: Writes
): Promise<void> {
  const old = from.subject?.reference
  if (!old || old === to.reference) return
  const { store } = context.deps
  writes.put({ resource: withOrigin(repoint(from, old, to.reference), old) })
  for (const type of ['Observation', 'DiagnosticReport', 'ServiceRequest', 'RiskAssessment', 'DocumentReference']) {
    for (const resource of await everything(store, `${type}?encounter=Encounter/${from.id}`)) {
      writes.put({ resource: withOrigin(repoint(resource, old, to.reference), old), ifMatch: resource.meta?.versionId })
    }
  }
}

/** A47 (change of identifier) and A43 (identifier moved): the identifiers of MRG-1 become old ones, PID-3 holds the new. */
export async function changeIdentifiers(context: MessageContext, group: PatientGroup, writes: Writes): Promise<void> {
  const { store } = context.deps
  const authority = context.feed.defaultAuthority
  const old = usableIdentifiers(group.adt?.merged?.identifiers ?? [], authority)
  const fresh = usableIdentifiers(group.subject?.identifiers ?? [], authority)
  const owner = old.length > 0 ? await findPatient(store, old) : undefined
  if (!owner) return
  const retired = (owner.identifier ?? []).map((identifier) =>
    old.some((o) => o.system === identifier.system && o.value === identifier.value)
      ? { ...identifier, use: 'old' as const }
      : identifier
  )
  const added = fresh.filter(({ system, value }) => !retired.some((i) => i.system === system && i.value === value))
  writes.put({
    resource: { ...owner, identifier: [...retired, ...added.map(({ system, value }) => ({ system, value }))] }
  })
}
