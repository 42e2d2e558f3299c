import type { Hl7Segment } from '../message.ts'
import { lookUp, triplets } from './coded-element.ts'
import type { MessageContext } from './message-context.ts'
import type { OrderGroup } from './message-groups.ts'

export type SpecimenKind = 'blood' | 'urine' | 'other' | 'unlisted' | 'unsaid'

/** HL7 tables 0487 and 0070, SNOMED CT specimen codes: what is blood, serum or plasma, and what is urine. */
const BLOOD =
  'BLD BLDA BLDC BLDCO BLDV WB SER SERP SERPLAS SERPL PLAS PLASMA SERUM PLB PPP PRP 119297000 119364003 119361006'
const URINE = 'UR URC URT URNS UMED USUB RANDU 122575003'
const KINDS = new Map<string, SpecimenKind>([
  ...BLOOD.split(' ').map((code): [string, SpecimenKind] => [code, 'blood']),
  ...URINE.split(' ').map((code): [string, SpecimenKind] => [code, 'urine'])
])

/**
 * What the specimens of an order are, by SPM-4, else OBR-15.1 (before version 2.5). The site's table goes first.
 * With several specimens any that is not blood decides: which of them a result was drawn from is not said.
 */
export function specimenKind(order: OrderGroup, context: MessageContext): SpecimenKind {
  const kinds = order.specimens.map((spm) => kindOf(spm, 4, context))
  if (kinds.length === 0 && order.obr) kinds.push(kindOf(order.obr, 15, context))
  return (
    kinds.find((kind) => kind === 'urine' || kind === 'other') ?? kinds.find((kind) => kind !== 'unsaid') ?? 'unsaid'
  )
}

function kindOf(segment: Hl7Segment, field: number, context: MessageContext): SpecimenKind {
  const sent = triplets(segment, field)
  if (sent.length === 0) return 'unsaid'
  for (const triplet of sent) {
    const kind = lookUp(context.feed.codeMap.specimens, triplet) ?? KINDS.get(triplet.code.toUpperCase())
    if (kind) return kind
  }
  return 'unlisted'
}
