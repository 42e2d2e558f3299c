import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import { LOINC, SYSTEM } from '../../../fhir-profiles/index.ts'
import type { Hl7Segment } from '../message.ts'
import { systemUri } from './code-systems.ts'
import { codingOf, lookUp, mappedCoding, originalText, type Triplet, triplets } from './coded-element.ts'
import type { MessageContext } from './message-context.ts'
import { isPotassium } from './potassium.ts'
import type { SpecimenKind } from './specimen-kind.ts'

export interface ObservationCode {
  code: CodeableConcept
  /** True when the site lists the sent code as potassium in mass per volume (feed option `potassiumMassCodes`). */
  isMassCode: boolean
}

/** Systems whose codes need no map: they mean the same at every site. */
const UNIVERSAL = new Set<string>([SYSTEM.loinc, SYSTEM.snomed, SYSTEM.mdc, SYSTEM.mdcOid])

/**
 * OBX-3 as a CodeableConcept: the site's mapping of either triplet first, then both triplets as sent.
 *
 * A code of a universal system (LOINC ...) is used as it is. A local code without map is kept under the sender's own
 * system and noted `code-unmapped`. A local code that the site maps to potassium stays unmapped on a specimen that is not
 * known to be blood (rules section 6: the blood check keeps urine potassium out).
 * @param field where the code stands: 3 of an OBX, 4 of an OBR
 * @returns undefined when it holds no code and no text
 */
export function observationCode(
  segment: Hl7Segment,
  specimen: SpecimenKind,
  context: MessageContext,
  field = 3
): ObservationCode | undefined {
  const sent = triplets(segment, field)
  const text = originalText(segment, field)
  if (sent.length === 0 && !text) return undefined
  const isMassCode = sent.some((triplet) => lookUp(massCodes(context), triplet) === true)
  const asSent = sent.map((triplet) => codingOf(triplet, context.feed.name))
  const mapped = isMassCode ? [{ ...LOINC.potassiumSerum }] : mappings(sent, context)
  const usable = mapped.filter((coding) => notContradicted(coding, specimen))
  const isUniversal = asSent.some((coding) => UNIVERSAL.has(coding.system ?? ''))
  if (usable.length === 0 && !isUniversal && sent[0]) {
    const { system, code, display } = sent[0]
    context.notes.push({
      code: 'code-unmapped',
      at: context.at(segment, field),
      coded: { system, code, ...(display ? { display } : {}) }
    })
  }
  const coding = distinct([...usable, ...asSent])
  return {
    code: { ...(coding.length > 0 ? { coding } : {}), ...(text ? { text } : {}) },
    isMassCode: isMassCode && usable.length > 0
  }
}

function mappings(sent: Triplet[], { feed }: MessageContext): Coding[] {
  return sent.flatMap((triplet) => {
    const mapped = lookUp(feed.codeMap.observations, triplet)
    if (!mapped) return []
    return [{ ...mappedCoding(mapped), system: systemUri(mapped.system, feed.name) }]
  })
}

/** Silence about the specimen is taken at the site's word; a named specimen must be blood. */
const notContradicted = (coding: Coding, specimen: SpecimenKind): boolean =>
  specimen === 'blood' || specimen === 'unsaid' || !isPotassium({ coding: [coding] })

function massCodes({ feed }: MessageContext): Record<string, true> | undefined {
  const listed = feed.options['potassiumMassCodes']
  if (!Array.isArray(listed)) return undefined
  return Object.fromEntries(listed.filter((key) => typeof key === 'string').map((key) => [key, true]))
}

function distinct(codings: Coding[]): Coding[] {
  const seen = new Set<string>()
  return codings.filter(({ system, code }) => {
    const key = `${system}|${code}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
