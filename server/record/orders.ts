import type { ServiceRequest } from '@medplum/fhirtypes'
import type { OrderRequest } from '../../core/decoded.ts'
import type { OrderOutcome } from '../../core/transport.ts'
import { type Binding, bind } from './bind.ts'
import { type MessageContext, resourceId, type Writes } from './deps.ts'
import { CONCEPT_SYSTEM, FEED_TAG, IDENTIFIER, withTag } from './marks.ts'
import { requireSamePerson } from './same-person.ts'

type Stored = ServiceRequest & { id: string }

/**
 * One order of an order message (rules section 6; HL7 table 0119). The outcome is the ORC of the answer.
 *
 * | ORC-1 | order unknown | waiting | resulted | cancelled |
 * |---|---|---|---|---|
 * | NW | OK, or UA when OBR-4 is none of ours | OK (again) | OK (again) | OK (again), stays cancelled |
 * | CA | UC | CR | UC | CR (again) |
 * | DC | UD | DR | UD | DR (again) |
 * | XO | UX | XR | UX | UX |
 */
export async function takeOrder(
  context: MessageContext,
  order: OrderRequest,
  binding: Binding,
  unidentified: boolean,
  writes: Writes
): Promise<OrderOutcome> {
  const { deps } = context
  const id = resourceId(deps, 'ServiceRequest', order.request.businessKey)
  const stored = await deps.store.read<Stored>('ServiceRequest', id)
  if (stored) requireSamePerson(stored, binding)
  const filler = order.fillerOrderNumber || fillerNumber(id)
  const answer = (control: OrderOutcome['control'], reason?: string): OrderOutcome => ({
    placerOrderNumber: order.placerOrderNumber,
    // Of what is not kept there is no number.
    ...(control === 'UA' || reason === 'order-unknown' ? {} : { fillerOrderNumber: filler }),
    control,
    ...(reason ? { reason } : {})
  })
  switch (order.control) {
    case 'NW': {
      if (stored) return answer('OK')
      if (!order.module) return answer('UA', 'order-not-ours')
      if (unidentified) return answer('UA', 'patient-unidentified')
      writes.put({ resource: request(context, order, binding, id, filler) })
      return answer('OK')
    }
    case 'CA':
    case 'DC': {
      const [done, unable] = order.control === 'CA' ? (['CR', 'UC'] as const) : (['DR', 'UD'] as const)
      if (!stored) return answer(unable, 'order-unknown')
      if (stored.status === 'revoked') return answer(done)
      if (stored.status !== 'active') return answer(unable, 'already-resulted')
      writes.put({ resource: { ...stored, status: 'revoked' }, ifMatch: stored.meta?.versionId })
      return answer(done)
    }
    case 'XO': {
      if (stored?.status !== 'active') return answer('UX', stored ? 'already-resulted' : 'order-unknown')
      writes.put({ resource: request(context, order, binding, id, filler), ifMatch: stored.meta?.versionId })
      return answer('XR')
    }
    default:
      return answer('UA', 'control-not-supported')
  }
}

/** Our stable filler order number: the same for every resend of the order. At most 22 characters (HL7 2.3 EI). */
export const fillerNumber = (serviceRequestId: string): string =>
  `HB${serviceRequestId.replaceAll('-', '').slice(0, 18).toUpperCase()}`

function request(context: MessageContext, order: OrderRequest, binding: Binding, id: string, filler: string): Stored {
  const bound = bind(order.request.resource as ServiceRequest, id, binding)
  const coding = bound.code?.coding ?? []
  const module = { system: CONCEPT_SYSTEM, code: order.module! }
  const known = (bound.identifier ?? []).filter((identifier) => identifier.system !== IDENTIFIER.filler)
  // The feed it came by: the answer goes back to that feed's reply address.
  const tagged = withTag(bound, { system: FEED_TAG, code: context.feed.name })
  return {
    ...tagged,
    status: 'active',
    intent: bound.intent ?? 'order',
    identifier: [
      ...known,
      {
        system: IDENTIFIER.filler,
        value: filler,
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'FILL' }] }
      }
    ],
    code: {
      ...bound.code,
      coding: coding.some((c) => c.system === module.system && c.code === module.code) ? coding : [...coding, module]
    }
  }
}
