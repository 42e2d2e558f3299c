import type { Specimen } from '@medplum/fhirtypes'
import { type DecodedResource, SUBJECT } from '../../../core/decoded.ts'
import { SPECIMEN_CONDITION, SPECIMEN_REJECT, SYSTEM } from '../../../fhir-profiles/index.ts'
import { sent } from '../claims/identifiers.ts'
import { toFhirDateTime } from '../claims/message-clock.ts'
import type { Hl7Segment } from '../message.ts'
import { businessKey, type OrderIdentity, uniqueKey } from './business-key.ts'
import { conceptAsSent, triplets } from './coded-element.ts'
import type { MessageContext } from './message-context.ts'

/**
 * SPM to Specimen. HL7 2.5.1 section 7.4.3.
 *
 * SPM = SPM-2 id EIP (placer & ... ^ filler & ...) | SPM-4 type CWE | SPM-17 collection DR | SPM-18 received
 *       | SPM-21 reject reason CWE* (0490) | SPM-24 condition CWE* (0493)
 *
 * Key: 'specimen|<facility>|<SPM-2 filler, else placer id>', else 'specimen|<authority>|<order number>|<SPM-1>'.
 */
export function specimenResource(spm: Hl7Segment, order: OrderIdentity, context: MessageContext): DecodedResource {
  const id = sent(spm.get(2, 2)) ?? sent(spm.get(2, 1))
  const key = id
    ? businessKey('specimen', context.facility, id)
    : businessKey('specimen', order.authority, order.number, sent(spm.get(1)) ?? '1')
  const collected = toFhirDateTime(context.clock(spm.get(17)))
  const received = toFhirDateTime(context.clock(spm.get(18)))
  const conditions = [...coded(spm, 24, context, 'v2-0493'), ...coded(spm, 21, context, 'v2-0490')]
  const type = conceptAsSent(spm, 4, context)
  const resource: Specimen = {
    resourceType: 'Specimen',
    ...(id ? { identifier: [{ value: id, assigner: { display: context.facility } }] } : {}),
    status: sent(spm.get(21)) ? 'unsatisfactory' : 'available',
    ...(type ? { type } : {}),
    subject: { reference: SUBJECT },
    ...(received ? { receivedTime: received } : {}),
    ...(collected ? { collection: { collectedDateTime: collected } } : {}),
    ...(conditions.length > 0 ? { condition: conditions } : {})
  }
  return { businessKey: uniqueKey(key, context), mode: 'replace', resource }
}

/** Repetitions of SPM-24 or SPM-21: haemolysis gets the verified coding whatever system the sender named. */
function coded(
  spm: Hl7Segment,
  field: 21 | 24,
  context: MessageContext,
  table: 'v2-0493' | 'v2-0490'
): NonNullable<Specimen['condition']> {
  const haemolysis = table === 'v2-0493' ? SPECIMEN_CONDITION.haemolysed : SPECIMEN_REJECT.haemolysis
  const system = table === 'v2-0493' ? SYSTEM.specimenCondition : SYSTEM.specimenRejectReason
  const found: NonNullable<Specimen['condition']> = []
  for (let repetition = 1; repetition <= Math.min(spm.repetitions(field), 20); repetition++) {
    const first = triplets(spm, field, repetition)[0]
    const concept = conceptAsSent(spm, field, context, repetition)
    if (!concept) continue
    if (first?.code.toUpperCase() === haemolysis.code) found.push({ coding: [{ ...haemolysis }] })
    else if (first && first.system === '') found.push({ coding: [{ system, code: first.code }] })
    else found.push(concept)
  }
  return found
}
