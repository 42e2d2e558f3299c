import type { PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { decodeAs } from './charset.ts'
import { parseHeader } from './header.ts'
import type { Hl7Message, Hl7Segment } from './message.ts'
import { createSegment } from './segment.ts'

/** No more than this is looked at; the PID stands in the first few hundred bytes. */
const PEEK_BYTES = 64 * 1024

/** OBX-2 of samples, channel definitions and files. */
const WAVEFORM_TYPES = new Set(['NA', 'MA', 'CD', 'ED'])

/**
 * `peek` of the family hl7v2: kind 'ADT^A01' (MSH-9.1^9.2), 'ORU^R01#waveform' for an ORU^R01 in whose first 64 KiB an
 * OBX-2 is NA, MA, CD or ED (samples or a file: the ECG format reads it, not the laboratory's), key 'authority|id' of PID-3 (the repetition typed MR, else
 * the first; in a merge this is the survivor), correlation from MSH-10, -3, -4. The authority is CX-4.1, else CX-4.2,
 * else empty: then all ids of the feed without authority share one name space, as they do by the feed's default.
 *
 * @throws AppError HL7_NOT_A_MESSAGE
 */
export const peekHl7v2: PeekFn = (bytes) => {
  const header = parseHeader(bytes)
  if (!header) throw new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH' })
  const msh = header.segments[0]!
  const start = bytes.subarray(0, PEEK_BYTES)
  const pid = findPid(start, header)
  const key = pid && patientKey(pid)
  return {
    ...(key ? { key } : {}),
    kind: kindOf(start, header),
    correlation: {
      ...named('messageControlId', header.controlId),
      ...named('sendingApplication', msh.get(3) || msh.get(3, 2)),
      ...named('sendingFacility', msh.get(4) || msh.get(4, 2))
    }
  }
}

function kindOf(bytes: Uint8Array, { type, event, delimiters }: Hl7Message): string {
  const kind = [type, event].filter(Boolean).join('^')
  if (kind !== 'ORU^R01') return kind
  // One byte a letter is enough to find names and separators; a wrong hit inside a two-byte letter would need 'OBX'.
  const fields = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .matchAll(/[\r\n]OBX([^\r\n]{0,40})/g)
  for (const [, rest = ''] of fields) {
    if (WAVEFORM_TYPES.has(rest.split(delimiters.field, 3)[2] ?? '')) return `${kind}#waveform`
  }
  return kind
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
