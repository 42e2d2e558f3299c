import type { Communication, Reference, Task } from '@medplum/fhirtypes'
import type { ModelManifest } from '../../core/model.ts'
import { concept } from '../codes/table.ts'
import { type CodeOfKind, EXTENSION, HIS, IDENTIFIER, PROFILE } from '../generated/constants.ts'
import { labelAi } from './ai-label.ts'

type TrainingKind = ModelManifest['training']['kind']

/** Who is to act: a resource of the site table, or the fallback queue by name. */
export type Owner = { reference: string; display?: string } | { display: string }

export interface AlertTaskInput {
  id?: string
  /** Deterministic identity of the alert: a resend finds the same Task. */
  identifier?: string
  /** 'RiskAssessment/..' */
  focus: string
  /** 'Patient/..' */
  subject: string
  encounter?: string
  priority: NonNullable<Task['priority']>
  owner: Owner
  /** Name of the site's band. */
  band: string
  /** One sentence for the person who gets it; no identifiers of the patient. */
  text: string
  authoredOn: string
  /** restriction.period.end: when the alert escalates. */
  dueAt: string
  trainingKind: TrainingKind
}

/** A risk alert as a Task (HisBundleTask, rules section 9), labelled as AI work. */
export function buildAlertTask(input: AlertTaskInput): Task {
  const task: Task = {
    resourceType: 'Task',
    ...(input.id ? { id: input.id } : {}),
    meta: { profile: [PROFILE.task] },
    extension: [{ url: EXTENSION.alertBand, valueString: input.band }],
    ...(input.identifier ? { identifier: [{ system: IDENTIFIER.alert, value: input.identifier }] } : {}),
    status: 'requested',
    intent: 'order',
    priority: input.priority,
    code: concept(HIS['risk-alert']),
    description: input.text,
    focus: { reference: input.focus },
    for: { reference: input.subject },
    ...(input.encounter ? { encounter: { reference: input.encounter } } : {}),
    authoredOn: input.authoredOn,
    owner: ownerReference(input.owner),
    restriction: { period: { end: input.dueAt } }
  }
  return labelAi(task, input.trainingKind)
}

export interface WorklistTaskInput {
  id?: string
  identifier?: string
  code: Exclude<CodeOfKind<'task'>, 'risk-alert'>
  focus?: string
  subject?: string
  priority?: NonNullable<Task['priority']>
  owner: Owner
  text?: string
  authoredOn: string
  dueAt: string
}

/** A worklist item as a Task (HisBundleTask): something a person must resolve. Not an AI's work, so not labelled. */
export function buildWorklistTask(input: WorklistTaskInput): Task {
  return {
    resourceType: 'Task',
    ...(input.id ? { id: input.id } : {}),
    meta: { profile: [PROFILE.task] },
    ...(input.identifier ? { identifier: [{ system: IDENTIFIER.alert, value: input.identifier }] } : {}),
    status: 'requested',
    intent: 'order',
    priority: input.priority ?? 'routine',
    code: concept(HIS[input.code]),
    description: input.text ?? HIS[input.code].display,
    ...(input.focus ? { focus: { reference: input.focus } } : {}),
    ...(input.subject ? { for: { reference: input.subject } } : {}),
    authoredOn: input.authoredOn,
    owner: ownerReference(input.owner),
    restriction: { period: { end: input.dueAt } }
  }
}

export interface CommunicationInput {
  id?: string
  /** 'Task/..' */
  task: string
  subject: string
  encounter?: string
  /** What it is about: the RiskAssessment. */
  about: string[]
  recipient: Owner
  sent: string
  text: string
  trainingKind: TrainingKind
}

/** One actual delivery of an alert (HisBundleCommunication). Read is not acknowledged: that is the Task's status. */
export function buildCommunication(input: CommunicationInput): Communication {
  const communication: Communication = {
    resourceType: 'Communication',
    ...(input.id ? { id: input.id } : {}),
    meta: { profile: [PROFILE.communication] },
    basedOn: [{ reference: input.task }],
    status: 'completed',
    category: [concept(HIS['risk-alert'])],
    subject: { reference: input.subject },
    about: input.about.map((reference) => ({ reference })),
    ...(input.encounter ? { encounter: { reference: input.encounter } } : {}),
    sent: input.sent,
    recipient: [ownerReference(input.recipient)],
    payload: [{ contentString: input.text }]
  }
  return labelAi(communication, input.trainingKind)
}

const ownerReference = (owner: Owner): Reference<never> => ({ ...owner }) as Reference<never>
