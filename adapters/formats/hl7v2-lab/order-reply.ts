import type { Envelope } from '../../../core/envelope.ts'
import type { FeedFacts } from '../../../core/format.ts'
import type { Settlement } from '../../../core/transport.ts'
import { openMessage } from '../../hl7v2/observation/message-context.ts'
import { buildOrderReply } from '../../hl7v2/orl.ts'

/** MSH-10 has 20 characters in version 2.5.1. */
const CONTROL_ID_LENGTH = 20

/**
 * ORL^O22 to OML^O21, ORR^O02 to ORM^O01 (rules section 6), from what the record step made of each order.
 *
 * Control id and time come from the envelope, so that the same settlement gives the same bytes.
 * @returns undefined for results, for an order message without a settled order, and with the feed option
 * `orderReply: 'ack'`: a plain acknowledgement is right then
 */
export function orderReply(envelope: Envelope, feed: FeedFacts, settlement: Settlement): Uint8Array | undefined {
  if (feed.options['orderReply'] === 'ack' || !settlement.orders?.length) return undefined
  const { message } = openMessage(envelope, feed)
  if (message.type !== 'OML' && message.type !== 'ORM') return undefined
  return buildOrderReply(message, settlement.orders, {
    controlId: `R${envelope.id.replaceAll(/[^0-9A-Za-z]/g, '').slice(1 - CONTROL_ID_LENGTH)}`,
    time: new Date(envelope.receivedAt),
    zone: feed.zone
  })
}
