import { withoutEnding } from '../text-end.ts'
import type { AppError } from './app-error.ts'

/**
 * ERR segment of a coded error. HL7 v2.5.1 section 2.14.5.
 *
 * ERR = ERR-1 (withdrawn) | ERR-2 location ERL | ERR-3 HL7 error code (table 0357) | ERR-4 severity | ERR-5 application
 *       error code | ERR-6 | ERR-7 diagnostic | ERR-8 user message
 * ERL = segment ^ sequence ^ field ^ repetition ^ component ^ sub-component, read from a position like 'PID-3[2].4'.
 * No input value can reach it: an AppError carries positions only.
 */
export function toErrSegment(error: AppError): string {
  return ['ERR', '', toErl(error.at), error.row.hl7, 'E', error.code, '', error.reason ?? '', error.row.summary].join(
    '|'
  )
}

function toErl(at: string | undefined): string {
  const match = /^([A-Z][A-Z0-9]{2})(?:\((\d+)\))?(?:-(\d+)(?:\[(\d+)\])?(?:\.(\d+)(?:\.(\d+))?)?)?$/.exec(at ?? '')
  if (!match) return ''
  const [, segment, sequence = '1', field, repetition, component, sub] = match
  return withoutEnding([segment, sequence, field, repetition, component, sub].map((part) => part ?? '').join('^'), '^')
}
