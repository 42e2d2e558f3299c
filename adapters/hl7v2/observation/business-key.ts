import { withoutEnding } from '../../../core/text-end.ts'
import { sent } from '../claims/identifiers.ts'
import type { Hl7Segment } from '../message.ts'
import type { MessageContext } from './message-context.ts'

/** Business keys are joined by '|': a bar or percent sign inside a part is written %7C, %25. */
export const businessKey = (...parts: string[]): string =>
  parts.map((part) => part.replaceAll('%', '%25').replaceAll('|', '%7C')).join('|')

export interface OrderIdentity {
  /** Assigning authority of the number that identifies the order, else the sending facility. */
  authority: string
  /**
   * OBR-3, else OBR-2, else the control id (design section 3b) with MSH-7 behind it: senders restart their counters, and
   * what comes then is a new result, not a new version of an old one (rules section 5).
   */
  number: string
  placer?: string
  filler?: string
}

/**
 * Which order an OBR (with its ORC) is. OBR-3 filler, else ORC-3; OBR-2 placer, else ORC-2; EI = id ^ namespace ^ OID.
 * `placer` and `filler` are whole EI texts as they came, still escaped: they are echoed, and a number may hold a bar.
 */
export function orderIdentity(
  obr: Hl7Segment | undefined,
  orc: Hl7Segment | undefined,
  { facility, message }: MessageContext
): OrderIdentity {
  const filler = entity(obr, 3) ?? entity(orc, 3)
  const placer = entity(obr, 2) ?? entity(orc, 2)
  const best = filler ?? placer
  return {
    authority: best?.authority ?? facility,
    number: best?.id ?? `${message.controlId}@${message.first('MSH')?.get(7) ?? ''}`,
    placer: placer?.text,
    filler: filler?.text
  }
}

/** The key with '#n' behind it from its second use in one message on (equal OBX-3 without sub-ids). */
export function uniqueKey(key: string, { seenKeys }: MessageContext): string {
  const count = (seenKeys.get(key) ?? 0) + 1
  seenKeys.set(key, count)
  return count === 1 ? key : `${key}#${count}`
}

function entity(
  segment: Hl7Segment | undefined,
  field: number
): { id: string; authority?: string; text: string } | undefined {
  const id = segment && sent(segment.get(field))
  if (!segment || !id) return undefined
  const authority = sent(segment.get(field, 2)) ?? sent(segment.get(field, 3))
  return { id, authority, text: withoutEnding(segment.raw(field, 1), '^') }
}
