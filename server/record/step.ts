import type { DiagnosticReport, Observation, Resource } from '@medplum/fhirtypes'
import type { Decoded, DecodedResource, PatientGroup } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FeedFacts } from '../../core/format.ts'
import { ownValue } from '../../core/own-value.ts'
import type { OrderOutcome, Settlement } from '../../core/transport.ts'
import { type Binding, bind } from './bind.ts'
import { type MessageContext, type RecordDeps, resourceId, Writes } from './deps.ts'
import { keepSource } from './keep-source.ts'
import { saidLater } from './marks.ts'
import { changeIdentifiers, mergePatients, moveVisit } from './merge.ts'
import { takeOrder } from './orders.ts'
import { authorityPosition, usableIdentifiers } from './patient-claim.ts'
import { requireSamePerson } from './same-person.ts'
import { findPatient, resolveSubject, type Subject } from './subject.ts'
import { recordTracing, tracingKey } from './tracing.ts'
import { relinkEncounters, resolveVisit, visitIdentity } from './visit.ts'
import { worklistTask } from './worklist.ts'

export type Recorded = Settlement & { resources: string[] }

/** The group's own patient and visit, for what is assembled from many messages later. */
export type GroupSubject = Pick<Binding, 'subject' | 'originalSubject' | 'encounter' | 'encounterInferred'>

const MERGES = new Set(['A40', 'A39', 'A36', 'A34', 'A18'])
const ID_CHANGES = new Set(['A47', 'A43'])
const VISIT_MOVES = new Set(['A44', 'A45'])

/**
 * The record step: one decoded message becomes FHIR resources of the right patient, in one commit for each patient
 * group. Replaying a message changes nothing: ids come from business keys, and the later envelope wins.
 *
 * resolve patient -> merge or identifier change -> resolve visit -> resources -> orders -> tracings -> commit
 */
export async function recordMessage(
  deps: RecordDeps,
  envelope: Envelope,
  feed: FeedFacts,
  decoded: Decoded,
  forcedPatient?: string
): Promise<Recorded> {
  if (decoded.ignored) return { state: 'ignored', resources: [] }
  const context: MessageContext = { deps, envelope, feed, decoded, forcedPatient }
  const resources: string[] = []
  const orders: OrderOutcome[] = []
  for (const [index, group] of decoded.groups.entries()) {
    const outcome = await recordGroup(context, group, index)
    resources.push(...outcome.resources)
    orders.push(...outcome.orders)
  }
  return { state: 'recorded', resources, ...(orders.length > 0 ? { orders } : {}) }
}

/** Runs `work` with the patient of a group resolved and held; used for messages and for assembled series alike. */
export async function withSubject<T>(
  context: MessageContext,
  group: PatientGroup,
  index: number,
  work: (subject: Subject, writes: Writes) => Promise<T>
): Promise<T> {
  const { store } = context.deps
  const authority = context.feed.defaultAuthority
  const merged = usableIdentifiers(group.adt?.merged?.identifiers ?? [], authority)
  // Whose it is was decided by a person: the identifiers of the message find nobody then.
  const own = context.forcedPatient ? [] : (group.subject?.identifiers ?? [])
  const keys = [...usableIdentifiers(own, authority, authorityPosition(context.envelope.family)), ...merged]
  const look = async (): Promise<Subject> => subjectOrTask(context, group, index, new Writes())
  return store.lock(
    keys.map(({ system, value }) => `identifier|${system}|${value}`),
    async () => {
      // A merge may run under other identifiers of the same person: hold the people too, then look again.
      for (let tries = 0; ; tries++) {
        const seen = await look()
        const source = merged.length > 0 ? await findPatient(store, merged) : undefined
        const people = [seen.reference, `Patient/${seen.named.id}`, ...(source ? [`Patient/${source.id}`] : [])]
        const done = await store.lock(people, async () => {
          const writes = new Writes()
          const held = await subjectOrTask(context, group, index, writes)
          if (held.reference !== seen.reference && tries < 5) return undefined
          return { value: await work(held, writes) }
        })
        if (done) return done.value
      }
    }
  )
}

async function subjectOrTask(
  context: MessageContext,
  group: PatientGroup,
  index: number,
  writes: Writes
): Promise<Subject> {
  try {
    return await resolveSubject(context, group, index, writes)
  } catch (cause) {
    const error = asAppError(cause)
    if (error.code === 'PATIENT_MISMATCH') {
      await context.deps.store.write(
        [{ resource: worklistTask(context, 'worklist-patient-mismatch'), onlyIfAbsent: true }],
        causeOf(context)
      )
    }
    throw error
  }
}

async function recordGroup(
  context: MessageContext,
  group: PatientGroup,
  index: number
): Promise<{ resources: string[]; orders: OrderOutcome[] }> {
  return withSubject(context, group, index, async (subject, writes) => {
    await applyMerge(context, group, subject, writes)
    const visit = await resolveVisit(context, group, subject, timeOfGroup(group), writes)
    const binding = bindingFor(context, group, subject, visit)
    for (const resource of group.resources) await putResource(context, resource, binding, writes)
    const orders: OrderOutcome[] = []
    for (const order of group.orders)
      orders.push(await takeOrder(context, order, binding, subject.unidentified, writes))
    for (const waveform of group.waveforms)
      await recordTracing(
        context,
        waveform,
        await visitAt(context, group, subject, binding, waveform.acquiredAt.instant, writes),
        writes
      )
    if (group.adt) await relinkAfter(context, group, subject, writes)
    const { store } = context.deps
    const list = await keepSource(store, writes.list)
    const results = list.length > 0 ? await store.write(list, causeOf(context)) : []
    failpoint('record.committed')
    return { resources: results.map(({ resource }) => `${resource.resourceType}/${resource.id}`), orders }
  })
}

async function applyMerge(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  writes: Writes
): Promise<void> {
  const event = group.adt?.event ?? ''
  try {
    if (MERGES.has(event)) await mergePatients(context, group, subject, writes)
    else if (ID_CHANGES.has(event)) await changeIdentifiers(context, group, writes)
    else if (VISIT_MOVES.has(event) && group.adt?.merged?.visitNumber) {
      const old = visitIdentity(context, { ...group, visit: { number: group.adt.merged.visitNumber } })
      const stored = old && (await context.deps.store.read('Encounter', old.id))
      if (stored?.resourceType === 'Encounter' && stored.id)
        await moveVisit(context, { ...stored, id: stored.id }, subject, writes)
    }
  } catch (cause) {
    const error = asAppError(cause)
    if (error.code === 'PATIENT_MERGE_CYCLE') {
      await context.deps.store.write(
        [{ resource: worklistTask(context, 'worklist-patient-merge'), onlyIfAbsent: true }],
        causeOf(context)
      )
    }
    throw error
  }
}

export function bindingFor(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  visit: { reference?: string; inferred: boolean }
): Binding {
  return {
    subject: subject.reference,
    originalSubject: `Patient/${subject.named.id}`,
    encounter: visit.reference,
    encounterInferred: visit.inferred,
    refer: (key) => referTo(context, group, key),
    envelopeId: context.envelope.id,
    assertedAt: context.decoded.messageTime?.instant,
    test: context.decoded.processingId === 'T' || context.decoded.processingId === 'D',
    replayed: context.envelope.correlation.replayOf !== undefined
  }
}

/** The type that a business key of another message belongs to stands in its first word (formats' READMEs). */
const TYPE_OF_KEY: Record<string, string> = {
  obs: 'Observation',
  report: 'DiagnosticReport',
  specimen: 'Specimen',
  order: 'ServiceRequest'
}

function referTo(context: MessageContext, group: PatientGroup, key: string): string | undefined {
  const { deps } = context
  const own = [...group.resources, ...group.orders.map(({ request }) => request)].find((one) => one.businessKey === key)
  if (own) return `${own.resource.resourceType}/${resourceId(deps, own.resource.resourceType, key)}`
  const recording = group.waveforms.find(({ businessKey }) => businessKey === key)
  if (recording) return `Observation/${resourceId(deps, 'Observation', tracingKey(key))}`
  const [word = '', , fhirType] = key.split('|')
  const type = word === 'fhir' ? fhirType : ownValue(TYPE_OF_KEY, word)
  return type && `${type}/${resourceId(deps, type, key)}`
}

/** Writes one decoded resource unless a later message already said more about it. */
async function putResource(
  context: MessageContext,
  decoded: DecodedResource,
  binding: Binding,
  writes: Writes
): Promise<void> {
  const { resourceType } = decoded.resource
  const id = resourceId(context.deps, resourceType, decoded.businessKey)
  const stored = await context.deps.store.read<Resource & { id: string }>(resourceType, id)
  if (stored && saidLater(stored, binding)) return
  if (stored) requireSamePerson(stored, binding)
  const bound = bind(decoded.resource, id, binding)
  if (decoded.mode === 'status' && stored) {
    writes.put({
      resource: {
        ...stored,
        status: (bound as { status?: string }).status,
        meta: { ...stored.meta, source: bound.meta?.source }
      } as Resource & { id: string }
    })
    return
  }
  writes.put({ resource: stored ? corrected(stored, bound) : bound })
  if (stored?.resourceType === 'DiagnosticReport' && (bound as { status?: string }).status === 'cancelled') {
    await cancelResults(context, stored, writes)
  }
}

/** OBR-25 X without OBX: what the report held is cancelled with it (rules section 8). */
async function cancelResults(context: MessageContext, report: DiagnosticReport, writes: Writes): Promise<void> {
  for (const { reference } of report.result ?? []) {
    const id = reference?.replace('Observation/', '') ?? ''
    const observation = await context.deps.store.read<Observation & { id: string }>('Observation', id)
    const isSaidAnew = writes.list.some(({ resource }) => resource.id === id)
    if (observation && !isSaidAnew) writes.put({ resource: { ...observation, status: 'cancelled' } })
  }
}

/** A changed value after a final one is a correction, even when the sender repeats OBX-11 F (rules section 8). */
function corrected(stored: Resource, next: Resource & { id: string }): Resource & { id: string } {
  if (next.resourceType !== 'Observation' || stored.resourceType !== 'Observation') return next
  const wasFinal = ['final', 'corrected', 'amended'].includes(stored.status)
  const value = (o: object) =>
    JSON.stringify(Object.entries(o).filter(([key]) => key.startsWith('value') || key === 'dataAbsentReason'))
  return wasFinal && next.status === 'final' && value(stored) !== value(next) ? { ...next, status: 'corrected' } : next
}

async function visitAt(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  binding: Binding,
  at: string | undefined,
  writes: Writes
): Promise<Binding> {
  if (group.visit?.number || !at) return binding
  const visit = await resolveVisit(context, group, subject, at, writes)
  return { ...binding, encounter: visit.reference, encounterInferred: visit.inferred }
}

async function relinkAfter(
  context: MessageContext,
  group: PatientGroup,
  subject: Subject,
  writes: Writes
): Promise<void> {
  const named = visitIdentity(context, group)
  const isVisitChanged = named !== undefined && writes.get('Encounter', named.id) !== undefined
  // Two records that become one bring their visits together.
  if (isVisitChanged || MERGES.has(group.adt?.event ?? '')) await relinkEncounters(context, subject.reference, writes)
}

function timeOfGroup(group: PatientGroup): string | undefined {
  for (const { resource } of [...group.resources, ...group.orders.map(({ request }) => request)]) {
    const r = resource as { effectiveDateTime?: string; authoredOn?: string }
    if (r.effectiveDateTime ?? r.authoredOn) return r.effectiveDateTime ?? r.authoredOn
  }
  return group.waveforms[0]?.acquiredAt.instant
}

const causeOf = (context: MessageContext) => ({ kind: 'ingest' as const, envelopeId: context.envelope.id })
