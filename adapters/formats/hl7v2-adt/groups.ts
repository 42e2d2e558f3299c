import { AppError } from '../../../core/errors/app-error.ts'
import type { Hl7Message, Hl7Segment } from '../../hl7v2/message.ts'
import { MERGE_EVENTS } from './events.ts'

export interface AdtGroup {
  pid: Hl7Segment
  mrg?: Hl7Segment
  pv1?: Hl7Segment
  /** Diagnoses, in their order. */
  dg1?: Hl7Segment[]
}

/**
 * PID groups of an ADT message. HL7 2.5.1 chapter 3.
 *
 * ADT_A01 and most others: MSH EVN PID ... [PV1] ... [{ DG1 }]        ADT_A24, ADT_A37: MSH EVN PID [PV1] PID [PV1]
 * ADT_A39 (A39, A40), A18, A34, A36, A43, A44: MSH EVN { PID MRG [PV1] }        ADT_A45, A50: MSH EVN PID { MRG PV1 }
 *
 * A second MRG under one PID opens a group of its own with that PID.
 * @throws AppError HL7_SEGMENT_MISSING (PID, or MRG in a merge), HL7_FIELD_MISSING (neither MRG-1, MRG-3 nor MRG-5)
 */
export function adtGroups(message: Hl7Message, event: string): AdtGroup[] {
  const groups: AdtGroup[] = []
  let current: AdtGroup | undefined
  for (const segment of message.segments) {
    if (segment.name === 'PID') {
      current = { pid: segment }
      groups.push(current)
    } else if (segment.name === 'MRG') {
      if (!current) throw new AppError('HL7_SEGMENT_MISSING', { at: 'PID', reason: 'order' })
      if (current.mrg) {
        current = { pid: current.pid }
        groups.push(current)
      }
      current.mrg = segment
    } else if (segment.name === 'PV1' && current) {
      current.pv1 ??= segment
    } else if (segment.name === 'DG1' && current) {
      current.dg1 = [...(current.dg1 ?? []), segment]
    }
  }
  if (groups.length === 0) throw new AppError('HL7_SEGMENT_MISSING', { at: 'PID' })
  if (MERGE_EVENTS.has(event)) for (const group of groups) assertMerge(group)
  return groups
}

function assertMerge({ mrg }: AdtGroup): void {
  if (!mrg) throw new AppError('HL7_SEGMENT_MISSING', { at: 'MRG' })
  const isNamed = [1, 3, 5].some((field) => mrg.get(field) !== '' && mrg.get(field) !== '""')
  if (!isNamed) throw new AppError('HL7_FIELD_MISSING', { at: 'MRG-1' })
}
