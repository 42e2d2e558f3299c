import type { Task } from '@medplum/fhirtypes'
import type { AlertDecision } from '../../core/inference-module.ts'
import { CODE_SYSTEM, concept, EXTENSION, HIS, OBSERVATION_VALUE, PROFILE } from '../../fhir-profiles/index.ts'
import { type Leading, referenceOf } from '../inference/leading-results.ts'

export type AlertTask = Task & { id: string }

export const isAlert = (task: Task): boolean =>
  task.code?.coding?.some(({ code }) => code === HIS['risk-alert'].code) ?? false
export const bandOf = (task: Task): string | undefined =>
  task.extension?.find(({ url }) => url === EXTENSION.alertBand)?.valueString

export interface NewAlert {
  id: string
  result: Leading
  decision: AlertDecision
  owner: string
  now: Date
  answerWithinMs: number
}

/** The task of an alert: `for` the patient, `focus` the result, an owner always, and a time by which it wants an answer. */
export function alertTask({ id, result, decision, owner, now, answerWithinMs }: NewAlert): AlertTask {
  const suppressed = decision.suppressedBy
  const label = (result.extension ?? []).filter(({ url }) => url === EXTENSION.researchOnly)
  return {
    resourceType: 'Task',
    id,
    meta: {
      profile: [PROFILE.task],
      security: [{ ...OBSERVATION_VALUE.aiAsserted }],
      ...(result.meta?.tag ? { tag: result.meta.tag } : {})
    },
    extension: [...label, { url: EXTENSION.alertBand, valueString: decision.band }],
    status: suppressed ? 'rejected' : 'requested',
    ...(suppressed
      ? {
          statusReason: {
            coding: [{ system: CODE_SYSTEM.concepts, code: `suppressed-${suppressed.reason}` }],
            text: `Not raised: ${suppressed.reason}`
          }
        }
      : {}),
    ...(suppressed?.reference ? { reasonReference: { reference: suppressed.reference } } : {}),
    intent: 'order',
    priority: decision.rank >= 2 ? 'stat' : 'urgent',
    code: concept(HIS['risk-alert']),
    description: decision.text,
    focus: { reference: referenceOf(result) },
    for: { reference: result.subject?.reference },
    ...(result.encounter ? { encounter: result.encounter } : {}),
    authoredOn: now.toISOString(),
    owner: { display: owner },
    restriction: { period: { end: new Date(now.getTime() + answerWithinMs).toISOString() } },
    input: [resultInput(referenceOf(result))]
  }
}

/** @param result 'RiskAssessment/..' or 'Observation/..' */
export const resultInput = (result: string): NonNullable<Task['input']>[number] => ({
  type: { text: 'result' },
  valueReference: { reference: result }
})

export const namesResult = (task: Task, result: string): boolean =>
  task.input?.some(({ valueReference }) => valueReference?.reference === result) ?? false

/** A further result of the same band and encounter on a task that nobody answered yet: counted, not raised again. */
export function collapse(task: AlertTask, result: string): AlertTask {
  return { ...task, input: [...(task.input ?? []), resultInput(result)] }
}

/** How many results a task stands for beyond its first. */
export const collapses = (task: Task): number =>
  Math.max(0, (task.input?.filter(({ type }) => type.text === 'result').length ?? 0) - 1)
