import { AppError } from '../../../../core/errors/app-error.ts'
import { Cursor } from '../cursor.ts'

export interface LeadDefinition {
  /** First and last sample, counted from 1 over the whole recording, last included. */
  first: number
  last: number
  /** Lead code of the standard's table. */
  code: number
}

export interface LeadDefinitions {
  leads: LeadDefinition[]
  /** The reference beat was subtracted from the rhythm data. */
  isBeatSubtracted: boolean
  areSimultaneous: boolean
}

/**
 * Section 3, lead definition. EN 1064 section 5.6.
 *
 * content = number of leads u8 | flags u8 | leads: first sample u32 | last sample u32 | lead code u8
 * flags   = bit 0 reference beat subtracted | bit 2 all simultaneous | bits 3-7 number of simultaneous leads
 *
 * @throws AppError DECODE_FAILED (truncated), WAVEFORM_INCONSISTENT (leads)
 */
export function readLeadDefinitions(content: Uint8Array): LeadDefinitions {
  const cursor = new Cursor(content, 'section 3')
  const count = cursor.u8()
  const flags = cursor.u8()
  const leads = Array.from({ length: count }, () => ({ first: cursor.u32(), last: cursor.u32(), code: cursor.u8() }))
  if (count === 0 || leads.some(({ first, last }) => last < first)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'section 3', reason: 'leads' })
  }
  return { leads, isBeatSubtracted: (flags & 1) !== 0, areSimultaneous: (flags & 4) !== 0 }
}
