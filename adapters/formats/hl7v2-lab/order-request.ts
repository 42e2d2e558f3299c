import type { ServiceRequest } from '@medplum/fhirtypes'
import { type DecodedResource, ENCOUNTER, keyReference, type OrderRequest, SUBJECT } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { withoutEnding } from '../../../core/text-end.ts'
import { IDENTIFIER_TYPE } from '../../../fhir-profiles/index.ts'
import { sent } from '../../hl7v2/claims/identifiers.ts'
import { toFhirDateTime } from '../../hl7v2/claims/message-clock.ts'
import { personText } from '../../hl7v2/claims/visit.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import { businessKey, orderIdentity } from '../../hl7v2/observation/business-key.ts'
import { conceptAsSent, lookUp, triplets } from '../../hl7v2/observation/coded-element.ts'
import { conceptOf } from '../../hl7v2/observation/local-concepts.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'
import type { OrderGroup } from '../../hl7v2/observation/message-groups.ts'
import { specimenResource } from '../../hl7v2/observation/specimen.ts'

/** ORC-1 values of a placer's request (HL7 table 0119) that are answered (rules section 6). */
const CONTROLS = new Set(['NW', 'CA', 'DC', 'XO'])
/** Coding system of module ids as sent in OBR-4.3: our own designator needs no code map. */
const OWN_DESIGNATOR = '99HISB'

/**
 * One ORC/OBR of OML^O21 or ORM^O01. HL7 2.5.1 sections 4.5.1 and 4.5.3; rules section 6.
 *
 * ORC = ORC-1 control | ORC-2 placer EI | ORC-3 filler EI | ORC-9 time | ORC-12 ordering provider
 * OBR = OBR-2, OBR-3 as in ORC | OBR-4 what is asked | OBR-6 / OBR-7 times | OBR-16 provider | OBR-27 / ORC-7 priority
 *
 * Key of the ServiceRequest: 'order|<placer authority, else MSH-4>|<placer number>'. CA and DC change its status only.
 * @returns undefined for another ORC-1 (noted content-ignored)
 * @throws AppError HL7_FIELD_MISSING at ORC-2 (no placer number: it could not be answered) or OBR-4 of a new order
 */
export function orderRequest(
  order: OrderGroup,
  context: MessageContext
): { request: OrderRequest; specimens: DecodedResource[] } | undefined {
  const { orc, obr } = order
  if (!orc) return undefined
  const control = orc.get(1).trim().toUpperCase()
  if (!CONTROLS.has(control)) {
    context.notes.push({ code: 'content-ignored', at: context.at(orc, 1) })
    return undefined
  }
  // The key is the placer's number: a filler number of ours comes back only after the first answer.
  const identity = orderIdentity(obr, orc, context)
  const placer = placerOf(orc) ?? placerOf(obr)
  if (!placer || !identity.placer) throw new AppError('HL7_FIELD_MISSING', { at: context.at(orc, 2) })
  const code = obr && conceptAsSent(obr, 4, context)
  if (!code && (control === 'NW' || control === 'XO')) {
    throw new AppError('HL7_FIELD_MISSING', { at: obr ? context.at(obr, 4) : 'OBR' })
  }
  const isCancel = control === 'CA' || control === 'DC'
  const specimens = isCancel ? [] : order.specimens.map((spm) => specimenResource(spm, identity, context))
  const resource: ServiceRequest = {
    resourceType: 'ServiceRequest',
    identifier: [
      { type: conceptOf(IDENTIFIER_TYPE.placer), value: identity.placer },
      ...(identity.filler ? [{ type: conceptOf(IDENTIFIER_TYPE.filler), value: identity.filler }] : [])
    ],
    status: isCancel ? 'revoked' : 'active',
    intent: 'order',
    ...(code ? { code } : {}),
    subject: { reference: SUBJECT },
    encounter: { reference: ENCOUNTER },
    ...described(order, orc, context),
    ...(specimens.length > 0
      ? { specimen: specimens.map((one) => ({ reference: keyReference(one.businessKey) })) }
      : {})
  }
  const key = businessKey('order', placer.authority ?? context.facility, placer.id)
  const module = moduleOf(obr, context)
  return {
    request: {
      control,
      placerOrderNumber: identity.placer,
      ...(identity.filler ? { fillerOrderNumber: identity.filler } : {}),
      request: { businessKey: key, resource, mode: isCancel ? 'status' : 'replace' },
      ...(module ? { module } : {})
    },
    specimens
  }
}

function placerOf(segment: Hl7Segment | undefined): { id: string; authority?: string } | undefined {
  const id = segment && sent(segment.get(2))
  return id ? { id, authority: sent(segment.get(2, 2)) ?? sent(segment.get(2, 3)) } : undefined
}

/** The module that answers: the feed's `orders` map by either triplet of OBR-4, or the module id itself under 99HISB. */
function moduleOf(obr: Hl7Segment | undefined, { feed }: MessageContext): string | undefined {
  if (!obr) return undefined
  for (const triplet of triplets(obr, 4)) {
    const module = lookUp(feed.codeMap.orders, triplet)
    if (module) return module
    if (triplet.system === OWN_DESIGNATOR && /^[a-z0-9-]{1,40}$/i.test(triplet.code)) return triplet.code.toLowerCase()
  }
  return undefined
}

function described(order: OrderGroup, orc: Hl7Segment, context: MessageContext): Partial<ServiceRequest> {
  const { obr } = order
  const authoredOn = toFhirDateTime(context.clock(orc.get(9))) ?? toFhirDateTime(context.clock(obr?.get(6) ?? ''))
  const requester = personText(orc, 12) ?? (obr && personText(obr, 16))
  // OBR-16 is echoed with the result (rules section 6); without one the person of ORC-12 is who ordered.
  const provider = withoutEnding((obr && sent(obr.raw(16))) ?? sent(orc.raw(12)) ?? '', '^')
  const priority =
    PRIORITY[(sent(orc.get(7, 6)) ?? sent(obr?.get(27, 6) ?? '') ?? sent(obr?.get(5) ?? '') ?? '').toUpperCase()]
  const note = order.notes.map((nte) => sent(nte.text(3))).filter((text) => text !== undefined)
  return {
    ...(priority ? { priority } : {}),
    ...(authoredOn ? { authoredOn } : {}),
    ...(requester ? { requester: { display: requester, identifier: { value: provider } } } : {}),
    ...(note.length > 0 ? { note: note.map((text) => ({ text })) } : {})
  }
}

/** TQ-6 / OBR-5 priority letters (table 0485). */
const PRIORITY: Readonly<Record<string, ServiceRequest['priority']>> = {
  S: 'stat',
  A: 'asap',
  R: 'routine',
  U: 'urgent'
}
