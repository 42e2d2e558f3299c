import { type Charset, encodeAs, findCharset } from './charset.ts'
import { escapeText } from './escape.ts'
import type { Hl7Message } from './message.ts'
import { formatDtm } from './time.ts'

export { echoedField, escapeText } from './escape.ts'

/** Field text that is already in the standard delimiters and escaped: built by `composite`, or echoed by `raw()` or `echoedField`. */
export type FieldText = string | undefined

/** One field of components, each escaped; empty ones at the end are left out. */
export const composite = (...components: (string | undefined)[]): string =>
  withoutTrailing(components.map((component) => escapeText(component ?? ''))).join('^')

/** NAME|1|2|...: fields from field 1 on, without its trailing carriage return. */
export const buildSegment = (name: string, fields: readonly FieldText[]): string =>
  [name, ...withoutTrailing(fields.map((field) => field ?? ''))].join('|')

export interface MshInput {
  /** MSH-3 to MSH-6 as field texts (HD). */
  sendingApplication: FieldText
  sendingFacility: FieldText
  receivingApplication: FieldText
  receivingFacility: FieldText
  time: Date
  /** IANA zone whose offset MSH-7 carries. */
  zone: string
  /** MSH-9 as components. */
  type: readonly string[]
  controlId: FieldText
  processingId: FieldText
  version: FieldText
  /** MSH-18 as field text. */
  charset: FieldText
  acceptAck?: string
  applicationAck?: string
}

/** MSH in the standard delimiters. HL7 v2.5.1 section 2.15.9. */
export const buildMsh = (input: MshInput): string =>
  buildSegment('MSH', [
    '^~\\&',
    input.sendingApplication,
    input.sendingFacility,
    input.receivingApplication,
    input.receivingFacility,
    formatDtm(input.time, input.zone),
    '',
    composite(...input.type),
    input.controlId,
    input.processingId,
    input.version,
    '',
    '',
    input.acceptAck,
    input.applicationAck,
    '',
    input.charset
  ])

/** What an answer needs beside the message answered; given, so that the bytes can be made again. */
export interface AnswerContext {
  /** MSH-10 of the answer. */
  controlId: string
  time: Date
  /** IANA zone of MSH-7; default UTC. */
  zone?: string
}

/**
 * MSH of an answer: sender and receiver change places, MSH-11, -12 and -18 stay as they were sent. For bytes without a
 * readable MSH: from HISBUNDLE to nobody, production, 2.5.1.
 */
export function buildAnswerMsh(original: Hl7Message | undefined, type: readonly string[], to: AnswerContext): string {
  const msh = original?.segments[0]
  return buildMsh({
    sendingApplication: msh ? msh.raw(5) : 'HISBUNDLE',
    sendingFacility: msh?.raw(6),
    receivingApplication: msh?.raw(3),
    receivingFacility: msh?.raw(4),
    time: to.time,
    zone: to.zone ?? 'UTC',
    type,
    controlId: escapeText(to.controlId),
    processingId: msh?.raw(11) || 'P',
    version: msh?.raw(12) || '2.5.1',
    charset: msh?.raw(18)
  })
}

/**
 * Bytes of a message. Segments end in CR.
 * @returns `substituted`: characters that the set has no code for, written as '?'
 */
export function encodeMessage(
  segments: readonly string[],
  charset: Charset
): { bytes: Uint8Array; substituted: number } {
  return encodeAs(segments.map((segment) => `${segment}\r`).join(''), charset)
}

/** Charset of an answer to a message: the one it was read in. */
export const answerCharset = (original: Hl7Message | undefined): Charset =>
  original?.charset ?? findCharset('UNICODE UTF-8')!

function withoutTrailing(fields: string[]): string[] {
  let end = fields.length
  while (end > 0 && fields[end - 1] === '') end--
  return fields.slice(0, end)
}
