import type { AppError } from '../../core/errors/app-error.ts'
import { toErrSegment } from '../../core/errors/to-err-segment.ts'
import { type AnswerContext, answerCharset, buildAnswerMsh, buildSegment, encodeMessage } from './build.ts'
import type { Hl7Message } from './message.ts'

/** HL7 table 0008. */
export type AckCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR'

export interface AckInput extends AnswerContext {
  code: AckCode
  /** Becomes the ERR segment. */
  error?: AppError
}

/**
 * General acknowledgement. HL7 v2.5.1 section 2.14.1.
 *
 * ACK = MSH | MSA | [ERR]
 * MSA = MSA-1 acknowledgment code | MSA-2 message control id (MSH-10 of the answered message, exactly)
 *
 * @param original the message answered, or its MSH alone (`parseHeader`); undefined when there was none: MSA-2 is empty
 * Deviation: MSA-3 (text) is never filled; deprecated since 2.4, and free text could carry PHI.
 */
export function buildAck(original: Hl7Message | undefined, input: AckInput): Uint8Array {
  const type = ['ACK', original?.event ?? '', 'ACK']
  const segments = [buildAnswerMsh(original, original?.event ? type : ['ACK'], input), buildMsa(original, input.code)]
  if (input.error) segments.push(toErrSegment(input.error))
  return encodeMessage(segments, answerCharset(original)).bytes
}

export const buildMsa = (original: Hl7Message | undefined, code: AckCode): string =>
  buildSegment('MSA', [code, original?.segments[0]?.raw(10)])
