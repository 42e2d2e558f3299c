import type { Task } from '@medplum/fhirtypes'
import type { Envelope } from '../../core/envelope.ts'
import { concept, HIS, PROFILE } from '../../fhir-profiles/index.ts'
import { type RecordDeps, resourceId } from './deps.ts'
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

/** What a worklist task needs of a message; its body is not looked at. */
export type WorklistContext = { deps: Pick<RecordDeps, 'secret'>; envelope: Pick<Envelope, 'id' | 'receivedAt'> }

/**
 * A task for the people who keep identities and sources right. One per message and reason, or one per `about` where a
 * thing of its own (a device) is the matter.
 */
export function worklistTask(
  { deps, envelope }: WorklistContext,
  code: WorklistCode,
  { focus, about = envelope.id }: { focus?: string; about?: string } = {}
): Task & { id: string } {
  return {
    resourceType: 'Task',
    id: resourceId(deps, 'Task', `worklist|${code}|${about}`),
    meta: { source: sourceOf(envelope.id), profile: [PROFILE.task] },
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: concept(HIS[code]),
    description: TEXT[code],
    authoredOn: envelope.receivedAt,
    owner: { display: 'record-integrity' },
    restriction: {
      period: { end: new Date(Date.parse(envelope.receivedAt) + ANSWER_WITHIN_MS).toISOString() }
    },
    ...(focus ? { focus: { reference: focus }, for: { reference: focus } } : {}),
    input: [{ type: { text: 'envelope' }, valueString: envelope.id }]
  }
}
