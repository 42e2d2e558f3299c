import { ERRORS } from '../../core/errors/table.ts'
import type { OrderOutcome } from '../../core/transport.ts'
import { buildMsa } from './ack.ts'
import { type AnswerContext, answerCharset, buildAnswerMsh, buildSegment, encodeMessage, escapeText } from './build.ts'
import type { Hl7Message, Hl7Segment } from './message.ts'

/**
 * Answer to an order message: ORL^O22 to OML^O21, ORR^O02 to ORM^O01. HL7 v2.5.1 sections 4.4.7 and 4.4.2.
 *
 * ORL = MSH | MSA | { ERR } | [PID] | { ORC | [OBR] }
 * ORC-1 (table 0119) answers ORC-1 of the order; ORC-2 is echoed with all its components, ORC-3 is our filler number.
 * A refused order (UA, UX, UC, UD) has an ERR that points to its ORC. MSA-1 stays AA: the message was taken, and AE would
 * make senders send it again.
 *
 * @param outcomes one for each ORC of the message, in its order
 */
export function buildOrderReply(
  original: Hl7Message,
  outcomes: readonly OrderOutcome[],
  context: AnswerContext
): Uint8Array {
  const type = original.type === 'ORM' ? ['ORR', 'O02', 'ORR_O02'] : ['ORL', 'O22', 'ORL_O22']
  const orders = ordersOf(original)
  const pid = original.first('PID')
  const segments = [
    buildAnswerMsh(original, type, context),
    buildMsa(original, 'AA'),
    ...outcomes.flatMap((outcome, i) => (isRefusal(outcome) ? [buildOrderErr(outcome, i + 1)] : [])),
    // Identifier, name, birth date and sex are enough to know the patient by.
    ...(pid ? [buildSegment('PID', ['1', '', pid.raw(3), '', pid.raw(5), '', pid.raw(7), pid.raw(8)])] : []),
    ...outcomes.flatMap((outcome, i) => buildOrder(outcome, orders[i], i + 1))
  ]
  return encodeMessage(segments, answerCharset(original)).bytes
}

interface Order {
  orc: Hl7Segment
  obr?: Hl7Segment
}

/** Each ORC with the first OBR behind it. */
function ordersOf(message: Hl7Message): Order[] {
  const orders: Order[] = []
  for (const segment of message.segments) {
    if (segment.name === 'ORC') orders.push({ orc: segment })
    const last = orders.at(-1)
    if (segment.name === 'OBR' && last && !last.obr) last.obr = segment
  }
  return orders
}

const isRefusal = ({ control }: OrderOutcome): boolean => control.startsWith('U')

function buildOrder(outcome: OrderOutcome, order: Order | undefined, setId: number): string[] {
  const placer = order?.orc.raw(2) || order?.obr?.raw(2) || outcome.placerOrderNumber
  const filler = outcome.fillerOrderNumber || order?.orc.raw(3)
  const orc = buildSegment('ORC', [outcome.control, placer, filler])
  if (!order?.obr) return [orc]
  return [orc, buildSegment('OBR', [String(setId), placer, filler, order.obr.raw(4)])]
}

function buildOrderErr(outcome: OrderOutcome, sequence: number): string {
  const row = outcome.reason && outcome.reason in ERRORS ? ERRORS[outcome.reason as keyof typeof ERRORS] : undefined
  return buildSegment('ERR', [
    '',
    `ORC^${sequence}^1`,
    row?.hl7 ?? '207',
    'E',
    escapeText(outcome.reason ?? ''),
    '',
    '',
    row?.summary ?? 'The order was not carried out'
  ])
}
