import type { VisitClaim } from '../../../core/decoded.ts'
import { withoutEnding } from '../../../core/text-end.ts'
import type { Hl7Segment } from '../message.ts'
import { identifierOf, sent } from './identifiers.ts'
import type { MessageClock } from './message-clock.ts'

/**
 * Which visit a PV1 (or the PID alone) is about. HL7 2.5.1 section 3.4.3; rules section 2 'Encounter'.
 *
 * PV1 = PV1-2 class (table 0004) | PV1-3 location PL | PV1-7 attending XCN | PV1-19 visit number CX
 *       | PV1-36 discharge disposition | PV1-44 admit DTM | PV1-45 discharge DTM
 *
 * number = PV1-19, else PID-18. @returns undefined when nothing of a visit was sent
 */
export function visitClaim(
  pv1: Hl7Segment | undefined,
  pid: Hl7Segment | undefined,
  clock: MessageClock
): VisitClaim | undefined {
  const number = (pv1 && identifierOf(pv1, 19)) ?? (pid && identifierOf(pid, 18))
  const claim: VisitClaim = {
    number,
    class: pv1 && sent(pv1.get(2)),
    location: pv1 && locationText(pv1),
    attending: pv1 && personText(pv1, 7),
    admittedAt: pv1 && clock(pv1.get(44)),
    dischargedAt: pv1 && clock(pv1.get(45)),
    dischargeDisposition: pv1 && sent(pv1.get(36))
  }
  const filled = Object.fromEntries(Object.entries(claim).filter(([, value]) => value !== undefined))
  return Object.keys(filled).length > 0 ? filled : undefined
}

/** PL as 'point of care^room^bed^facility', the form in which sites name wards in their tables. */
function locationText(pv1: Hl7Segment): string | undefined {
  const parts = [1, 2, 3, 4].map((component) => sent(pv1.get(3, component)) ?? '')
  return sent(withoutEnding(parts.join('^'), '^'))
}

/** XCN as 'id family given'; what a person reads and what a site's owner table is keyed by. */
export function personText(segment: Hl7Segment, field: number): string | undefined {
  return sent(
    [1, 2, 3]
      .map((component) => sent(segment.get(field, component)))
      .filter((part) => part !== undefined)
      .join(' ')
  )
}
