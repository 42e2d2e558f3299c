import type { Decoded, DecodeNote, EmbeddedMessage, PatientGroup } from '../../../core/decoded.ts'
import type { Envelope } from '../../../core/envelope.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { FeedFacts } from '../../../core/format.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { sent } from '../claims/identifiers.ts'
import { type MessageClock, messageClock } from '../claims/message-clock.ts'
import { processingId } from '../claims/processing-id.ts'
import type { Hl7Message, Hl7Segment } from '../message.ts'
import { parseMessage } from '../parse.ts'

/** What every segment map of one message needs; `notes` collects the decoder's remarks. */
export interface MessageContext {
  message: Hl7Message
  feed: FeedFacts
  clock: MessageClock
  /** MSH-4 namespace, else its universal id, else the feed's name: the authority of numbers that name none. */
  facility: string
  messageTime?: ClinicalTime
  notes: DecodeNote[]
  /** How often a business key was made in this message: repeats get '#2', '#3' (see business-key.ts). */
  seenKeys: Map<string, number>
  /** Position of a field for notes and errors: 'OBX(3)-5', the third OBX of the message. */
  at(segment: Hl7Segment, field: number): string
}

/** Opens the context of a message; leniencies of the parser become notes. */
export function messageContext(message: Hl7Message, feed: FeedFacts): MessageContext {
  const clock = messageClock(message, feed.zone)
  const msh = message.first('MSH')
  return {
    message,
    feed,
    clock,
    facility: (msh && (sent(msh.get(4)) ?? sent(msh.get(4, 2)))) ?? feed.name,
    messageTime: clock(message.field('MSH', 7)),
    notes: message.leniencies.map(() => ({ code: 'leniency', at: 'MSH' })),
    seenKeys: new Map(),
    at: positions(message)
  }
}

function positions(message: Hl7Message): MessageContext['at'] {
  const occurrence = new Map<Hl7Segment, number>()
  const counts = new Map<string, number>()
  for (const segment of message.segments) {
    const count = (counts.get(segment.name) ?? 0) + 1
    counts.set(segment.name, count)
    occurrence.set(segment, count)
  }
  return (segment, field) => `${segment.name}(${occurrence.get(segment) ?? 1})-${field}`
}

/**
 * Parses the body of an envelope by the feed's options `defaultCharset` and `lenientLineEnds`.
 *
 * @throws what parseMessage throws; HL7_NO_CONTROL_ID when MSH-10 is empty
 */
export function openMessage(envelope: Envelope, feed: FeedFacts): MessageContext {
  const { defaultCharset, lenientLineEnds } = feed.options
  const message = parseMessage(envelope.body, {
    ...(typeof defaultCharset === 'string' ? { defaultCharset } : {}),
    ...(typeof lenientLineEnds === 'boolean' ? { lenientLineEnds } : {})
  })
  if (message.controlId === '') throw new AppError('HL7_NO_CONTROL_ID', { at: 'MSH-10' })
  return messageContext(message, feed)
}

/** The parts of Decoded that every HL7 v2 format fills alike. */
export function decodedFrom(
  { message, messageTime, notes }: MessageContext,
  envelope: Envelope,
  groups: PatientGroup[],
  embedded: EmbeddedMessage[] = []
): Decoded {
  const id = processingId(message)
  return {
    ...(messageTime ? { messageTime } : {}),
    ...(id ? { processingId: id } : {}),
    groups,
    embedded,
    correlation: {
      ...envelope.correlation,
      messageControlId: message.controlId,
      ...(message.field('MSH', 3) ? { sendingApplication: message.field('MSH', 3) } : {}),
      ...(message.field('MSH', 4) ? { sendingFacility: message.field('MSH', 4) } : {})
    },
    notes
  }
}
