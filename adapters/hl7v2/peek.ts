import type { PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { decodeAs } from './charset.ts'
import { parseHeader } from './header.ts'
import type { Hl7Message, Hl7Segment } from './message.ts'
import { createSegment } from './segment.ts'

/** No more than this is looked at; the PID stands in the first few hundred bytes. */
const PEEK_BYTES = 64 * 1024

/**
 * `peek` of the family hl7v2: kind 'ADT^A01' (MSH-9.1^9.2), key 'authority|id' of PID-3 (the repetition typed MR, else
 * the first; in a merge this is the survivor), correlation from MSH-10, -3, -4. The authority is CX-4.1, else CX-4.2,
 * else empty: then all ids of the feed without authority share one name space, as they do by the feed's default.
 *
 * @throws AppError HL7_NOT_A_MESSAGE
 */
export const peekHl7v2: PeekFn = (bytes) => {
  const header = parseHeader(bytes)
  if (!header) throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH' })
  const msh = header.segments[0]!
  const pid = findPid(bytes.subarray(0, PEEK_BYTES), header)
  const key = pid && patientKey(pid)
  return {
    ...(key ? { key } : {}),
    kind: [header.type, header.event].filter(Boolean).join('^'),
    correlation: {
      ...named('messageControlId', header.controlId),
      ...named('sendingApplication', msh.get(3) || msh.get(3, 2)),
      ...named('sendingFacility', msh.get(4) || msh.get(4, 2))
    }
  }
}

function findPid(bytes: Uint8Array, header: Hl7Message): Hl7Segment | undefined {
  const { charset, delimiters } = header
  const text = decodeAs(bytes, charset).text
  const match = /[\r\n](PID[^\r\n]*)/.exec(text)
  if (!match || match[1]![3] !== delimiters.field) return undefined
  return createSegment(match[1]!, 1, { delimiters, charset })
}

function patientKey(pid: Hl7Segment): string | undefined {
  const repetitions = Array.from({ length: Math.min(pid.repetitions(3), 50) }, (_, i) => i + 1)
  const filled = repetitions.filter((repetition) => !['', '""'].includes(pid.get(3, 1, repetition)))
  const chosen = filled.find((repetition) => pid.get(3, 5, repetition) === 'MR') ?? filled[0]
  if (chosen === undefined) return undefined
  const authority = pid.get(3, 4, chosen) || pid.get(3, 4, chosen, 2)
  return `${authority}|${pid.get(3, 1, chosen)}`
}

const named = (name: string, value: string): Record<string, string> => (value === '' ? {} : { [name]: value })
