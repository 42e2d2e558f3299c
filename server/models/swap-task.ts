import type { Task } from '@medplum/fhirtypes'
import type { AppError } from '../../core/errors/app-error.ts'
import { uuidV5 } from '../../core/ids.ts'
import { concept, HIS, PROFILE } from '../../fhir-profiles/index.ts'

const ANSWER_WITHIN_MS = 24 * 60 * 60_000

/**
 * A model that should have come in and did not: for whoever keeps the server. One a role, kind of failure and day, so that
 * somebody who tries again is not answered with a second. Positions and codes only.
 */
export function swapTask(error: AppError, { owner, now }: { owner: string; now: Date }): Task & { id: string } {
  const at = now.toISOString()
  const what = [error.code, error.reason, error.at].filter((part) => part !== undefined).join(', ')
  return {
    resourceType: 'Task',
    id: uuidV5('model-swap', what, at.slice(0, 10)),
    meta: { profile: [PROFILE.task] },
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: concept(HIS['worklist-model']),
    description: `A changed model folder was not put in service (${what}). The earlier models still serve. Run: hisbundle models check.`,
    authoredOn: at,
    owner: { display: owner },
    restriction: { period: { end: new Date(now.getTime() + ANSWER_WITHIN_MS).toISOString() } }
  }
}
