import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import type { MappedCode } from '../../../core/format.ts'
import { sent } from '../claims/identifiers.ts'
import type { Hl7Segment } from '../message.ts'
import { systemUri } from './code-systems.ts'
import type { MessageContext } from './message-context.ts'

/** One triplet of a CE or CWE: identifier ^ text ^ coding system. */
export interface Triplet {
  code: string
  display?: string
  /** As sent: 'LN', 'L', '99LAB' or ''. */
  system: string
}

/** Both triplets of a CE/CWE repetition that hold a code: components 1-3 and 4-6. HL7 2.5.1 section 2A.13. */
export function triplets(segment: Hl7Segment, field: number, repetition = 1): Triplet[] {
  return [1, 4].flatMap((first) => {
    const code = sent(segment.get(field, first, repetition))
    if (!code) return []
    return [
      {
        code,
        display: sent(segment.get(field, first + 1, repetition)),
        system: sent(segment.get(field, first + 2, repetition)) ?? ''
      }
    ]
  })
}

/** CWE-9 original text, else the text of either triplet. */
export const originalText = (segment: Hl7Segment, field: number, repetition = 1): string | undefined =>
  sent(segment.get(field, 9, repetition)) ??
  sent(segment.get(field, 2, repetition)) ??
  sent(segment.get(field, 5, repetition))

/** What the site's table says of a code as sent: 'system|code' before the bare code. */
export function lookUp<T>(table: Readonly<Record<string, T>> | undefined, { system, code }: Triplet): T | undefined {
  if (!table) return undefined
  for (const key of [`${system}|${code}`, code]) if (Object.hasOwn(table, key)) return table[key]
  return undefined
}

/** A CE/CWE repetition as it stands, without any site mapping; undefined when it is empty. */
export function conceptAsSent(
  segment: Hl7Segment,
  field: number,
  { feed }: MessageContext,
  repetition = 1
): CodeableConcept | undefined {
  const coding = triplets(segment, field, repetition).map((one) => codingOf(one, feed.name))
  const text = originalText(segment, field, repetition)
  if (coding.length === 0 && !text) return undefined
  return { ...(coding.length > 0 ? { coding } : {}), ...(text ? { text } : {}) }
}

export const codingOf = (triplet: Triplet, feed: string): Coding => ({
  system: systemUri(triplet.system, feed),
  code: triplet.code.replaceAll(/\s+/g, ' '),
  ...(triplet.display ? { display: triplet.display } : {})
})

export const mappedCoding = (mapped: MappedCode): Coding => ({
  system: mapped.system,
  code: mapped.code,
  ...(mapped.display ? { display: mapped.display } : {})
})
