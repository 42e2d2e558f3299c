import { AppError } from '../../../core/errors/app-error.ts'
import {
  type LeadCode,
  leadByCoding,
  leadByDicomCode,
  leadByFhirCode,
  leadByName,
  leadByScpecg
} from '../../../fhir-profiles/index.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'

/**
 * The lead of a channel definition: the MDC code of OBX-3 where it names one, the channel name (WVI-2) and the first
 * source name (WVS-1) of OBX-5, as a code or as a name.
 *
 * @throws AppError LEAD_UNKNOWN when none names a lead of the table, reason 'contradiction' when two differ
 */
export function leadOfChannel(obx: Hl7Segment, at: string): LeadCode {
  const found = [leadOfCode(obx), leadOfText(obx.get(5, 1, 1, 2)), leadOfText(obx.get(5, 2))].filter(
    (lead) => lead !== undefined
  )
  const [first] = found
  if (!first) throw new AppError('LEAD_UNKNOWN', { at })
  if (found.some((lead) => lead.n !== first.n)) throw new AppError('LEAD_UNKNOWN', { at, reason: 'contradiction' })
  return first
}

/** The lead that OBX-3 names in either triplet under MDC; undefined for any other code. */
export function leadOfCode(obx: Hl7Segment): LeadCode | undefined {
  for (const first of [1, 4]) {
    if (
      obx
        .get(3, first + 2)
        .trim()
        .toUpperCase() !== 'MDC'
    )
      continue
    const lead = leadByCoding({ system: 'MDC', code: obx.get(3, first).trim() })
    if (lead) return lead
  }
  return undefined
}

function leadOfText(text: string): LeadCode | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return leadByName(trimmed) ?? leadByFhirCode(trimmed) ?? leadByDicomCode(trimmed) ?? leadByScpecg(trimmed)
}
