import type { Encounter, Observation, Patient } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { BusRecord, BusSubscription, EventBus } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import type { AlertDecision, InferenceModule } from '../../core/inference-module.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { RecordReader } from '../../core/record.ts'
import { TIMER_KIND, type Timers } from '../../core/timers.ts'
import { basisOf } from '../../fhir-profiles/index.ts'
import type { Config } from '../config/schema.ts'
import { type Leading, leadingResultsOf, readLeading, referenceOf } from '../inference/leading-results.ts'
import { hasTag, TAG } from '../record/marks.ts'
import { survivorOf } from '../record/subject.ts'
import { type AlertTask, alertTask, bandOf, collapse, isAlert, namesResult } from './alert-task.ts'
import { ownerOf } from './owner.ts'
import { createProposals } from './proposals.ts'

export interface AlertDeps {
  bus: EventBus
  store: FhirStore
  timers: Timers
  modules: {
    module: InferenceModule
    /** What the site configured: its results may alert, unless they carry the mark of shadow. */
    isAdvisory: boolean
    /** What holds for the model that serves now. */
    mode: () => 'off' | 'shadow' | 'advisory'
    policy: Record<string, unknown>
  }[]
  alerts: Config['alerts']
  reader(): RecordReader
  clock: () => Date
  /** Id of the module that made a result, or undefined when it is none of ours. */
  moduleOf(result: LeadingResult): string | undefined
  /** Late, shadow or test-only results never alert (rules sections 3 and 9). */
  mayAlert(result: LeadingResult, cause: ChangeEvent['cause'] | undefined): boolean
  /** Told of each new alert: seconds since its recording was there, when it came straight from a new result. */
  onAlert?(seconds: number | undefined): void
}

const ANSWER_WITHIN_MS = 60 * 60_000
const CAUSE = { kind: 'alert' as const }

/**
 * Alerts as Tasks (rules section 9). Listens to results and, because a potassium may be corrected or exceeded after it
 * silenced an alarm, to whatever a module wants to think over again.
 */
export function createAlerts(deps: AlertDeps) {
  const { store } = deps
  const proposals = createProposals(deps)
  const running: BusSubscription[] = []

  const onResult = async (record: BusRecord): Promise<void> => {
    if (record.headers.kind === TIMER_KIND) return escalate(record)
    const event = parse(record)
    if (event.interaction === 'delete') return
    const result = await readLeading(store, `${event.resourceType}/${event.id}`)
    if (result) await consider(result, event.cause)
  }

  const onRecorded = async (record: BusRecord): Promise<void> => {
    if (record.headers.kind === TIMER_KIND) return
    const event = parse(record)
    if (event.resourceType === 'Patient' && event.interaction === 'update') await considerConfirmed(event)
    for (const { module, isAdvisory } of deps.modules) {
      if (!isAdvisory || !module.reconsider) continue
      for (const id of await module.reconsider({ change: event }, deps.reader())) {
        const result = await readLeading(store, id.includes('/') ? id : `RiskAssessment/${id}`)
        if (result) await consider(result, undefined)
      }
    }
    for (const { module, reference } of await proposals.reasonsOf(event)) await considerProposals(module, reference)
  }

  /** What a recorded potassium or ECG calls for, or no longer does. */
  const considerProposals = async (module: string, reference: string): Promise<void> => {
    const [type = '', id = ''] = reference.split('/')
    const read = () => store.read<Leading>(type, id)
    const patient = await survivor((await read())?.subject?.reference ?? '')
    await store.lock([`alerts|${patient}`, patient], async () => {
      const reason = await read()
      if (reason) await propose(reason, module)
    })
  }

  const propose = async (reason: Leading, module: string | undefined, cause?: ChangeEvent['cause']): Promise<void> => {
    const { reference = '' } = reason.subject ?? {}
    await proposals.onResult(reason, module, deps.mayAlert(reason, cause) && (await mayAlertFor(reference)))
  }

  /** A person whom results knew first and whom ADT now confirmed may alert from here on: what waited is looked at again. */
  const considerConfirmed = async ({ id, versionId }: ChangeEvent): Promise<void> => {
    if (deps.alerts.provisionalPatients) return
    const before = await store.readVersion<Patient>('Patient', id, String(Number(versionId) - 1))
    if (!before || !hasTag(before, TAG.provisionalPatient) || !(await mayAlertFor(`Patient/${id}`))) return
    for (const result of await leadingResultsOf(store, `Patient/${id}`, 100)) await consider(result, undefined)
  }

  /**
   * For the person as merges left them: a result that was in the making during a merge may still name who was merged away.
   * Under the lock that a merge holds too, so that no alert is left behind there.
   */
  const consider = async (offered: Leading, cause: ChangeEvent['cause'] | undefined): Promise<void> => {
    const patient = await survivor(offered.subject?.reference ?? '')
    const isDone = await store.lock([`alerts|${patient}`, patient], async () => {
      const result = await readLeading(store, referenceOf(offered))
      if (!result) return true
      if ((await survivor(result.subject?.reference ?? '')) !== patient) return false
      const current = { ...result, subject: { ...result.subject, reference: patient } } as Leading
      await decide(current, cause)
      await propose(current, deps.moduleOf(result), cause)
      return true
    })
    if (!isDone) await consider((await readLeading(store, referenceOf(offered)))!, cause)
  }

  const survivor = async (reference: string): Promise<string> => {
    const patient = await store.read<Patient & { id: string }>('Patient', reference.replace('Patient/', ''))
    return patient ? `Patient/${(await survivorOf(store, patient)).id}` : reference
  }

  const decide = async (result: Leading, cause: ChangeEvent['cause'] | undefined): Promise<void> => {
    if (result.status === 'entered-in-error' || result.status === 'cancelled') return withdraw(result)
    const id = deps.moduleOf(result)
    const entry = deps.modules.find(({ module }) => module.manifest.id === id)
    if (!entry?.module.alert || !entry.isAdvisory || !deps.mayAlert(result, cause)) return
    if (!(await mayAlertFor(result.subject?.reference ?? ''))) return
    const decision = await entry.module.alert(result, deps.reader(), entry.policy)
    if (decision?.raise || decision?.suppressedBy) await raise(result, decision, cause)
  }

  const mayAlertFor = async (reference: string): Promise<boolean> => {
    const patient = await store.read<Patient>('Patient', reference.replace('Patient/', ''))
    if (!patient || hasTag(patient, TAG.unidentifiedPatient)) return false
    return deps.alerts.provisionalPatients || !hasTag(patient, TAG.provisionalPatient)
  }

  const raise = async (
    result: Leading,
    decision: AlertDecision,
    cause: ChangeEvent['cause'] | undefined
  ): Promise<void> => {
    const tasks = (
      await store.search<AlertTask>(`Task?patient=${result.subject?.reference}&_sort=-_lastUpdated&_count=200`)
    ).filter(isAlert)
    const id = uuidV5('alert', result.id, decision.band)
    const own = tasks.find((task) => task.id === id)
    if (own?.status === 'rejected' && decision.raise)
      return writeNew({ ...(await fresh(id, result, decision)), input: own.input })
    // An open alert follows its result: to the visit found later, and without a potassium that no longer stands.
    const follows = own?.encounter?.reference === result.encounter?.reference && own?.description === decision.text
    if (own?.status === 'requested' && decision.raise && !follows) {
      const { encounter: _old, ...rest } = own
      return write({
        ...rest,
        ...(result.encounter ? { encounter: result.encounter } : {}),
        description: decision.text
      })
    }
    if (own) return
    if (tasks.some((task) => bandOf(task) === decision.band && namesResult(task, referenceOf(result)))) return
    const open = await collapsible(tasks, result, decision)
    if (open && decision.raise) return write(collapse(open, referenceOf(result)))
    await writeNew(await fresh(id, result, decision), cause)
    if (decision.raise) deps.onAlert?.(cause && !cause.late ? await secondsSinceReceipt(result) : undefined)
  }

  /**
   * The unanswered alert that already says this (rules section 9): same band, and the same encounter or the same tracing. Of
   * one tracing there may be two results (its own and an order's) of which the first was made before the visit was known.
   */
  const collapsible = async (
    tasks: AlertTask[],
    result: Leading,
    decision: AlertDecision
  ): Promise<AlertTask | undefined> => {
    for (const task of tasks) {
      if (task.status !== 'requested' || bandOf(task) !== decision.band) continue
      if (task.encounter?.reference === result.encounter?.reference) return task
      const focus = await readLeading(store, task.focus?.reference)
      if (focus && tracingOf(focus) !== undefined && tracingOf(focus) === tracingOf(result)) return task
    }
    return undefined
  }

  /** Observation.issued of a tracing is the moment its message was received. */
  const secondsSinceReceipt = async (result: Leading): Promise<number | undefined> => {
    const tracing = await store.read<Observation>('Observation', basisOf(result)[0]?.split('/')[1] ?? '')
    return tracing?.issued ? (deps.clock().getTime() - Date.parse(tracing.issued)) / 1000 : undefined
  }

  const fresh = async (id: string, result: Leading, decision: AlertDecision): Promise<AlertTask> => {
    const encounter = result.encounter?.reference
      ? await store.read<Encounter>('Encounter', result.encounter.reference.replace('Encounter/', ''))
      : undefined
    return alertTask({
      id,
      result,
      decision,
      owner: ownerOf(encounter, deps.alerts),
      now: deps.clock(),
      answerWithinMs: ANSWER_WITHIN_MS
    })
  }

  /** The reminder first: without its task it finds nothing to do, while a task without it would never be escalated. */
  const writeNew = async (task: AlertTask, cause?: ChangeEvent['cause']): Promise<void> => {
    if (task.status === 'requested') await remind(task)
    failpoint('alerts.reminded')
    await write(task, cause?.envelopeId)
    failpoint('alerts.raised')
  }

  const remind = async (task: AlertTask): Promise<void> => {
    const due = new Date(deps.clock().getTime() + ANSWER_WITHIN_MS)
    await deps.timers.at(`alert|${task.id}`, due, 'events.resulted', {
      key: task.for?.reference ?? task.id,
      value: Buffer.from(JSON.stringify({ task: task.id })),
      headers: { kind: TIMER_KIND, timer: 'alert' }
    })
  }

  /** Nobody answered in time: to the top of the fallback queue. */
  const escalate = async (record: BusRecord): Promise<void> => {
    const { task: id } = JSON.parse(Buffer.from(record.value).toString()) as { task?: string }
    const task = id ? await store.read<AlertTask>('Task', id) : undefined
    if (task?.status !== 'requested') return
    await write({ ...task, priority: 'stat', owner: { display: deps.alerts.fallbackOwner } })
  }

  /** The basis is gone: open alerts of this result are cancelled; the outbox tells everyone who got them. */
  const withdraw = async (result: Leading): Promise<void> => {
    const tasks = await store.search<AlertTask>(`Task?patient=${result.subject?.reference}&_count=200`)
    for (const task of tasks.filter(
      (t) => isAlert(t) && namesResult(t, referenceOf(result)) && t.status !== 'cancelled'
    )) {
      const left = task.input?.filter(({ valueReference }) => valueReference?.reference !== referenceOf(result)) ?? []
      const others = left.some(({ type }) => type.text === 'result')
      await write(
        others
          ? { ...task, input: left, focus: left[0]!.valueReference }
          : { ...task, status: 'cancelled', statusReason: { text: 'The result it stood on was retracted.' } }
      )
      failpoint('alerts.withdrawn')
      await deps.timers.cancel(`alert|${task.id}`)
    }
  }

  const write = async (task: AlertTask, envelopeId?: string): Promise<void> => {
    await store.write([{ resource: task, ...(task.meta?.versionId ? { ifMatch: task.meta.versionId } : {}) }], {
      ...CAUSE,
      ...(envelopeId ? { envelopeId } : {})
    })
  }

  return {
    async start(): Promise<void> {
      running.push(await deps.bus.subscribe('events.resulted', 'alerts', onResult))
      running.push(await deps.bus.subscribe('events.recorded', 'alerts', onRecorded))
    },
    async stop(): Promise<void> {
      for (const subscription of running) await subscription.stop()
    }
  }
}

/** The tracing stands first in the basis; its version does not matter. */
const tracingOf = (result: Leading): string | undefined => basisOf(result)[0]?.split('/_history')[0]

const parse = (record: BusRecord): ChangeEvent => JSON.parse(Buffer.from(record.value).toString()) as ChangeEvent
