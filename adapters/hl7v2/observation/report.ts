import type { Attachment, DiagnosticReport } from '@medplum/fhirtypes'
import { type DecodedResource, ENCOUNTER, keyReference, SUBJECT } from '../../../core/decoded.ts'
import { IDENTIFIER_TYPE } from '../../../fhir-profiles/index.ts'
import { sent } from '../claims/identifiers.ts'
import { businessKey, uniqueKey } from './business-key.ts'
import { conceptAsSent, triplets } from './coded-element.ts'
import { collectionTime, effectiveOf } from './collection-time.ts'
import { conceptOf } from './local-concepts.ts'
import type { MessageContext } from './message-context.ts'
import type { OrderFacts } from './observation.ts'
import { reportStatus } from './result-status.ts'

/**
 * OBR of a result as a DiagnosticReport. HL7 2.5.1 section 7.4.1; status by table 0123.
 *
 * Key: 'report|<authority>|<order number>|<OBR-4.1>^<OBR-4.3>'. OBR-25 `X` changes the status only. The order is named by
 * its numbers (`basedOn.identifier`), since the order itself may not be in the record.
 * @param results business keys of its Observations
 * @returns undefined when there is no OBR or OBR-4 is empty
 */
export function reportResource(
  { order, identity, specimenKeys }: OrderFacts,
  { results, presentedForm }: { results: string[]; presentedForm: Attachment[] },
  context: MessageContext
): DecodedResource | undefined {
  const { obr } = order
  const code = obr && conceptAsSent(obr, 4, context)
  if (!obr || !code) return undefined
  const first = triplets(obr, 4)[0]
  const key = businessKey('report', identity.authority, identity.number, `${first?.code ?? ''}^${first?.system ?? ''}`)
  const time = collectionTime(undefined, order, { ...context, notes: [] })
  const issued = context.clock(obr.get(22))?.instant
  const conclusion = order.notes.map((nte) => sent(nte.text(3))).filter((text) => text !== undefined)
  const status = reportStatus(obr.get(25))
  const identifier = [
    ...(identity.placer ? [{ type: conceptOf(IDENTIFIER_TYPE.placer), value: identity.placer }] : []),
    ...(identity.filler ? [{ type: conceptOf(IDENTIFIER_TYPE.filler), value: identity.filler }] : [])
  ]
  const resource: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    ...(identifier.length > 0 ? { identifier } : {}),
    ...(identity.placer
      ? { basedOn: [{ identifier: { type: conceptOf(IDENTIFIER_TYPE.placer), value: identity.placer } }] }
      : {}),
    status,
    code,
    subject: { reference: SUBJECT },
    encounter: { reference: ENCOUNTER },
    ...effectiveOf(time),
    ...(issued ? { issued } : {}),
    ...(specimenKeys.length > 0 ? { specimen: specimenKeys.map((one) => ({ reference: keyReference(one) })) } : {}),
    ...(results.length > 0 ? { result: results.map((one) => ({ reference: keyReference(one) })) } : {}),
    ...(presentedForm.length > 0 ? { presentedForm } : {}),
    ...(conclusion.length > 0 ? { conclusion: conclusion.join('\n') } : {})
  }
  return { businessKey: uniqueKey(key, context), resource, mode: status === 'cancelled' ? 'status' : 'replace' }
}
