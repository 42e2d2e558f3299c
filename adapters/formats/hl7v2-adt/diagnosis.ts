import type { Condition } from '@medplum/fhirtypes'
import { type DecodedResource, ENCOUNTER, SUBJECT, type VisitClaim } from '../../../core/decoded.ts'
import { sent } from '../../hl7v2/claims/identifiers.ts'
import { toFhirDateTime } from '../../hl7v2/claims/message-clock.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import { businessKey } from '../../hl7v2/observation/business-key.ts'
import { conceptAsSent } from '../../hl7v2/observation/coded-element.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'

const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category'
/** A message lists some dozens; more are not diagnoses. */
const MAX_DIAGNOSES = 200

/**
 * The coded diagnoses of a visit as Conditions. HL7 2.5.1 section 6.5.2.
 *
 * DG1 = DG1-3 code CE | DG1-4 description | DG1-5 diagnosis DTM | DG1-6 type (table 0052) | DG1-21 action (table 0206)
 *
 * One Condition for each code of a visit: the same code sent again is the same diagnosis. Final (F) is confirmed, admitting and
 * working are provisional, action D was entered in error. Without a visit number, or without a code, a diagnosis has no
 * identity and is left out.
 */
export function diagnoses(
  segments: readonly Hl7Segment[],
  visit: VisitClaim | undefined,
  context: MessageContext
): DecodedResource[] {
  const { number } = visit ?? {}
  if (!number) return []
  const made = new Map<string, DecodedResource>()
  for (const dg1 of segments.slice(0, MAX_DIAGNOSES)) {
    const code = conceptAsSent(dg1, 3, context)
    const [coding] = code?.coding ?? []
    if (!code || !coding?.code) continue
    const description = sent(dg1.get(4))
    const recorded = toFhirDateTime(context.clock(dg1.get(5)) ?? context.messageTime)
    const key = businessKey(
      'diagnosis',
      number.authority ?? context.facility,
      number.value,
      coding.system ?? '',
      coding.code
    )
    const resource: Condition = {
      resourceType: 'Condition',
      verificationStatus: { coding: [{ system: VERIFICATION, code: verification(dg1) }] },
      category: [{ coding: [{ system: CATEGORY, code: 'encounter-diagnosis' }] }],
      code: { ...code, ...(code.text || !description ? {} : { text: description }) },
      subject: { reference: SUBJECT },
      encounter: { reference: ENCOUNTER },
      ...(recorded ? { recordedDate: recorded } : {})
    }
    // Of one code sent twice in a message the last says how it stands.
    made.set(key, { businessKey: key, resource, mode: 'replace' })
  }
  return [...made.values()]
}

function verification(dg1: Hl7Segment): string {
  if (sent(dg1.get(21))?.toUpperCase() === 'D') return 'entered-in-error'
  return sent(dg1.get(6))?.toUpperCase() === 'F' ? 'confirmed' : 'provisional'
}
