import type { AdtEvent } from '../../../core/decoded.ts'
import { identifierOf, identifiersOf } from '../../hl7v2/claims/identifiers.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'
import { MERGE_EVENTS } from './events.ts'

/**
 * The event of one group.
 *
 * EVN = EVN-2 recorded | EVN-6 occurred        MRG = MRG-1 prior ids CX* | MRG-3 prior account | MRG-5 prior visit
 *
 * recordedAt orders events: EVN-2, else MSH-7. `merged` is filled for the merge and move events only; A24 and A37 (link,
 * unlink) yield two groups without it, so that a link can never be taken for a merge.
 */
export function adtEvent(
  event: string,
  mrg: Hl7Segment | undefined,
  { message, clock, messageTime }: MessageContext
): AdtEvent {
  const evn = message.first('EVN')
  const recordedAt = (evn && clock(evn.get(2))) ?? messageTime
  const occurredAt = evn && clock(evn.get(6))
  const visitNumber = mrg && (identifierOf(mrg, 5) ?? identifierOf(mrg, 3))
  return {
    event,
    ...(recordedAt ? { recordedAt } : {}),
    ...(occurredAt ? { occurredAt } : {}),
    ...(mrg && MERGE_EVENTS.has(event)
      ? { merged: { identifiers: identifiersOf(mrg, 1), ...(visitNumber ? { visitNumber } : {}) } }
      : {})
  }
}
