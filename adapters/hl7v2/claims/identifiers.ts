import type { PatientIdentifier } from '../../../core/decoded.ts'
import type { Hl7Segment } from '../message.ts'

/** Tables bound the repetitions of one field, so that a hostile PID-3 cannot fill memory. */
const MAX_IDENTIFIERS = 50

/**
 * One repetition of a CX field. HL7 2.5.1 section 2A.14.
 *
 * CX = CX-1 id | CX-2 check digit | CX-3 | CX-4 assigning authority HD (namespace & universal id & type) | CX-5 type code
 *
 * @returns undefined when CX-1 is empty or `""`; authority is the namespace, else the universal id
 */
export function identifierOf(segment: Hl7Segment, field: number, repetition = 1): PatientIdentifier | undefined {
  const value = segment.get(field, 1, repetition).trim()
  if (value === '' || value === '""') return undefined
  const authority = sent(segment.get(field, 4, repetition)) ?? sent(segment.get(field, 4, repetition, 2))
  const type = sent(segment.get(field, 5, repetition))
  return { value, ...(authority ? { authority } : {}), ...(type ? { type } : {}) }
}

/** All repetitions of a CX field that hold an id, in the order sent. */
export function identifiersOf(segment: Hl7Segment, field: number): PatientIdentifier[] {
  const count = Math.min(segment.repetitions(field), MAX_IDENTIFIERS)
  const found: PatientIdentifier[] = []
  for (let repetition = 1; repetition <= count; repetition++) {
    const identifier = identifierOf(segment, field, repetition)
    if (identifier) found.push(identifier)
  }
  return found
}

/** The text, or undefined for an empty field and for `""`. */
export const sent = (text: string): string | undefined => {
  const trimmed = text.trim()
  return trimmed === '' || trimmed === '""' ? undefined : trimmed
}
