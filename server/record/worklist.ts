import type { Task } from '@medplum/fhirtypes'
import { concept, HIS, PROFILE } from '../../fhir-profiles/index.ts'
import { type MessageContext, resourceId } from './deps.ts'
import { sourceOf } from './marks.ts'

const TEXT = {
  'worklist-patient-mismatch':
    'A message names a patient whose birth date, sex or family name differ from the stored person. It is held back; decide whose it is and replay it.',
  'worklist-unidentified':
    'A message came without a usable patient identifier. Its content is stored under a person of its own; no model runs on it.',
  'worklist-patient-merge': 'A merge could not be done as sent. It is held back; check the identifiers and replay it.',
  'worklist-clock': 'The clock of a source moved by more than five minutes against ours.'
} as const

/** Held-back data is worth a look within the day. */
const ANSWER_WITHIN_MS = 24 * 60 * 60_000

export type WorklistCode = keyof typeof TEXT

/** A task for the people who keep identities and sources right. One per message and reason. */
export function worklistTask(context: MessageContext, code: WorklistCode, focus?: string): Task & { id: string } {
  return {
    resourceType: 'Task',
    id: resourceId(context.deps, 'Task', `worklist|${code}|${context.envelope.id}`),
    meta: { source: sourceOf(context.envelope.id), profile: [PROFILE.task] },
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: concept(HIS[code]),
    description: TEXT[code],
    authoredOn: context.envelope.receivedAt,
    owner: { display: 'record-integrity' },
    restriction: {
      period: { end: new Date(Date.parse(context.envelope.receivedAt) + ANSWER_WITHIN_MS).toISOString() }
    },
    ...(focus ? { focus: { reference: focus }, for: { reference: focus } } : {}),
    input: [{ type: { text: 'envelope' }, valueString: context.envelope.id }]
  }
}
