import type { Patient } from '@medplum/fhirtypes'
import type { PatientGroup, SubjectClaim } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { type MessageContext, resourceId, type Writes } from './deps.ts'
import { EXTENSION, envelopeOf, extensionOf, hasTag, sourceOf, TAG, withExtension, withTag } from './marks.ts'
import { applyClaim, conflictsWith, type UsableIdentifier, usableIdentifiers } from './patient-claim.ts'
import { worklistTask } from './worklist.ts'

export interface Subject {
  /** The record that the message's identifier names, as it will be after this message. */
  named: Patient & { id: string }
  /** 'Patient/..' that data goes to: the survivor when `named` was merged away. */
  reference: string
  unidentified: boolean
}

/** Events by which a hospital corrects a person's facts: they may contradict what is stored. */
const CORRECTING = new Set(['A08', 'A31'])

/**
 * Finds or makes the patient of a group (rules section 2). Runs under the locks of its identifiers.
 * @throws AppError PATIENT_MISMATCH, AUTHORITY_UNKNOWN: the message is parked until a person decides
 */
export async function resolveSubject(
  context: MessageContext,
  group: PatientGroup,
  index: number,
  writes: Writes
): Promise<Subject> {
  const claim = group.subject ?? { identifiers: [] }
  const { store } = context.deps
  if (context.forcedPatient) {
    const forced = await store.read<Patient & { id: string }>('Patient', context.forcedPatient.replace('Patient/', ''))
    if (!forced) throw new AppError('FHIR_NOT_FOUND', { at: 'patient' })
    return { named: forced, reference: `Patient/${(await survivorOf(store, forced)).id}`, unidentified: false }
  }
  const identifiers = usableIdentifiers(claim.identifiers, context.feed.defaultAuthority)
  if (identifiers.length === 0) return unidentified(context, claim, index, writes)
  const found = await findPatient(store, identifiers)
  if (!found) return created(context, group, claim, identifiers, writes)
  const conflicts = CORRECTING.has(group.adt?.event ?? '') ? [] : conflictsWith(found, claim)
  if (conflicts.length > 0) throw new AppError('PATIENT_MISMATCH', { at: 'PID', reason: conflicts.join('+') })
  const named = updated(context, group, claim, identifiers, found)
  writes.put({ resource: named })
  return {
    named,
    reference: `Patient/${(await survivorOf(store, named)).id}`,
    unidentified: hasTag(named, TAG.unidentifiedPatient)
  }
}

/**
 * The one record that carries any of the identifiers.
 * @throws AppError PATIENT_MISMATCH (reason 'identifiers-disagree') when they lead to two different people
 */
export async function findPatient(
  store: FhirStore,
  identifiers: UsableIdentifier[]
): Promise<(Patient & { id: string }) | undefined> {
  const hits = new Map<string, Patient & { id: string }>()
  for (const { system, value } of identifiers) {
    const token = [system, value].map((part) => part.replace(/[\\$,|]/g, '\\$&')).join('|')
    for (const patient of await store.search<Patient & { id: string }>(
      `Patient?identifier=${encodeURIComponent(token)}&_count=10`
    )) {
      hits.set(patient.id, patient)
    }
  }
  if (hits.size <= 1) return hits.values().next().value
  const survivors = new Map<string, Patient & { id: string }>()
  for (const patient of hits.values()) {
    const survivor = await survivorOf(store, patient)
    survivors.set(survivor.id, survivor)
  }
  if (survivors.size > 1) throw new AppError('PATIENT_MISMATCH', { at: 'PID-3', reason: 'identifiers-disagree' })
  // All lead to one person; the first identifier's own record is the one that was named.
  return [...hits.values()].find((patient) =>
    patient.identifier?.some((i) => i.system === identifiers[0]!.system && i.value === identifiers[0]!.value)
  )
}

/** Follows replaced-by to the end. */
export async function survivorOf(
  store: FhirStore,
  patient: Patient & { id: string }
): Promise<Patient & { id: string }> {
  const seen = new Set<string>()
  let current = patient
  for (;;) {
    const next = current.link?.find((link) => link.type === 'replaced-by')?.other.reference?.replace('Patient/', '')
    if (!next) return current
    if (seen.has(next)) throw new AppError('PATIENT_MERGE_CYCLE', { at: 'Patient.link' })
    seen.add(next)
    const read = await store.read<Patient & { id: string }>('Patient', next)
    if (!read) return current
    current = read
  }
}

export function newPatient(context: MessageContext, identifiers: UsableIdentifier[]): Patient & { id: string } {
  const first = identifiers[0]!
  return {
    resourceType: 'Patient',
    id: resourceId(context.deps, 'Patient', `${first.system}|${first.value}`),
    meta: { source: sourceOf(context.envelope.id) },
    active: true,
    identifier: identifiers.map(({ system, value, type }) => ({ system, value, ...typeOf(type) }))
  }
}

const typeOf = (type: string | undefined) =>
  type ? { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: type }] } } : {}

function created(
  context: MessageContext,
  group: PatientGroup,
  claim: SubjectClaim,
  identifiers: UsableIdentifier[],
  writes: Writes
): Subject {
  const bare = applyClaim(newPatient(context, identifiers), claim, 'assert') as Patient & { id: string }
  const stamped = stampAdt(bare, group)
  const named = group.adt ? stamped : withTag(stamped, TAG.provisionalPatient)
  writes.put({ resource: named })
  return { named, reference: `Patient/${named.id}`, unidentified: false }
}

function updated(
  context: MessageContext,
  group: PatientGroup,
  claim: SubjectClaim,
  identifiers: UsableIdentifier[],
  found: Patient & { id: string }
): Patient & { id: string } {
  // DICOM names no type; whichever message came first, the type stays once it was said.
  const known = (found.identifier ?? []).map((identifier) => {
    const said = identifiers.find(({ system, value }) => system === identifier.system && value === identifier.value)
    return identifier.type ? identifier : { ...identifier, ...typeOf(said?.type) }
  })
  const fresh = identifiers.filter(({ system, value }) => !known.some((i) => i.system === system && i.value === value))
  const base = {
    ...found,
    identifier: [...known, ...fresh.map(({ system, value, type }) => ({ system, value, ...typeOf(type) }))]
  }
  const recorded = group.adt?.recordedAt?.instant
  const last = extensionOf(found, EXTENSION.lastAdtEvent)?.valueInstant
  // An older EVN-2 never overwrites a newer one; a message that is no ADT only fills what is absent. Who was never the
  // subject of a dated ADT (made by a result, or as the source of a merge) has nothing newer to protect.
  const older = recorded ? last !== undefined && recorded < last : (envelopeOf(found) ?? '') > context.envelope.id
  const asserts = group.adt !== undefined && !older
  const next = applyClaim(base, claim, asserts ? 'assert' : 'fill') as Patient & { id: string }
  if (!group.adt) return next
  const confirmed = withTag(next, TAG.provisionalPatient, false)
  return asserts
    ? stampAdt({ ...confirmed, meta: { ...confirmed.meta, source: sourceOf(context.envelope.id) } }, group)
    : confirmed
}

function stampAdt(patient: Patient & { id: string }, group: PatientGroup): Patient & { id: string } {
  const recorded = group.adt?.recordedAt?.instant
  return recorded ? withExtension(patient, { url: EXTENSION.lastAdtEvent, valueInstant: recorded }) : patient
}

/** Blank, placeholder or emergency identifiers: kept under a person of its own and put on the worklist; no inference. */
function unidentified(context: MessageContext, claim: SubjectClaim, index: number, writes: Writes): Subject {
  const id = resourceId(context.deps, 'Patient', `unidentified|${context.envelope.id}|${index}`)
  const bare: Patient & { id: string } = {
    resourceType: 'Patient',
    id,
    meta: { source: sourceOf(context.envelope.id) },
    active: true
  }
  const named = withTag(applyClaim(bare, claim, 'assert') as Patient & { id: string }, TAG.unidentifiedPatient)
  writes.put({ resource: named })
  writes.put({ resource: worklistTask(context, 'worklist-unidentified', { focus: `Patient/${id}` }) })
  return { named, reference: `Patient/${id}`, unidentified: true }
}
