import { AppError } from '../../../../core/errors/app-error.ts'
import { Cursor } from '../cursor.ts'

/** Content of section 5 (reference beat) or 6 (rhythm). */
export interface LeadData {
  nanovoltsPerBit: number
  intervalUs: number
  difference: 0 | 1 | 2
  /** Only section 6: outside of the protected zones the samples are decimated. */
  isBimodal: boolean
  /** Coded bytes a lead, in the order of section 3. */
  coded: Uint8Array[]
  at: string
}

/**
 * Sections 5 and 6, EN 1064 sections 5.8 and 5.9.
 *
 * content = amplitude multiplier, nV u16 | sample interval, us u16 | difference coding u8 | bimodal u8 (section 6)
 *         | number of bytes of each lead u16 | bytes of each lead
 *
 * @throws AppError DECODE_FAILED (truncated), WAVEFORM_INCONSISTENT (gain, rate, difference)
 */
export function readLeadData(content: Uint8Array, leads: number, at: string): LeadData {
  const cursor = new Cursor(content, at)
  const inconsistent = (reason: string) => new AppError('WAVEFORM_INCONSISTENT', { at, reason })
  const nanovoltsPerBit = cursor.u16()
  const intervalUs = cursor.u16()
  const difference = cursor.u8()
  const isBimodal = cursor.u8() !== 0
  if (nanovoltsPerBit === 0) throw inconsistent('gain')
  if (intervalUs === 0) throw inconsistent('rate')
  if (difference !== 0 && difference !== 1 && difference !== 2) throw inconsistent('difference')
  const lengths = Array.from({ length: leads }, () => cursor.u16())
  return {
    nanovoltsPerBit,
    intervalUs,
    difference,
    isBimodal,
    coded: lengths.map((length) => cursor.take(length)),
    at
  }
}
