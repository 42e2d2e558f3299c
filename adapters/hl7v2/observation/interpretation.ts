import type { CodeableConcept, ObservationReferenceRange } from '@medplum/fhirtypes'
import { SYSTEM } from '../../../fhir-profiles/index.ts'
import { sent } from '../claims/identifiers.ts'
import type { Hl7Segment } from '../message.ts'
import { plainNumber } from './observed-value.ts'
import { quantityIn, type Unit } from './unit.ts'

/** Letters of table 0078 that v3-ObservationInterpretation spells alike. */
const SAME_LETTERS = new Set('H HH HU L LL LU A AA N < > U D B W S R I MS VS POS NEG IND DET ND'.split(' '))

/** OBX-8 flags; a letter that is in neither table stays as text. */
export function interpretations(obx: Hl7Segment): CodeableConcept[] {
  const found: CodeableConcept[] = []
  for (let repetition = 1; repetition <= Math.min(obx.repetitions(8), 10); repetition++) {
    const flag = sent(obx.get(8, 1, repetition))
    if (!flag) continue
    const isKnown = SAME_LETTERS.has(flag.toUpperCase())
    found.push(
      isKnown ? { coding: [{ system: SYSTEM.v3ObservationInterpretation, code: flag.toUpperCase() }] } : { text: flag }
    )
  }
  return found
}

/** OBX-7: 'low-high', '<high', '>low' as numbers in the unit of the value, and always its text. */
export function referenceRange(obx: Hl7Segment, unit: Unit): ObservationReferenceRange[] {
  const text = sent(obx.text(7))
  if (!text) return []
  const range = /^([\d.]+)\s*(?:-|to)\s*([\d.]+)$/.exec(text)
  const bound = /^([<>])=?\s*([\d.]+)$/.exec(text)
  const low = plainNumber(range?.[1] ?? (bound?.[1] === '>' ? (bound[2] ?? '') : ''))
  const high = plainNumber(range?.[2] ?? (bound?.[1] === '<' ? (bound[2] ?? '') : ''))
  return [
    {
      ...(low !== undefined ? { low: quantityIn(low, undefined, unit) } : {}),
      ...(high !== undefined ? { high: quantityIn(high, undefined, unit) } : {}),
      text
    }
  ]
}
