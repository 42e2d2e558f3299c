import { AppError } from '../../../core/errors/app-error.ts'
import type { LeadDefinition } from './sections/section-3.ts'
import type { QrsLocations } from './sections/section-4.ts'

/** Subtraction zones of real records do not overlap; an attack could make each of them as long as the beat. */
const MOST_OVERLAP = 4

/**
 * Adds the reference beat to a lead's residual wherever it was subtracted: QRS of type 0, from `from` to `to`, its fiducial
 * sample on theirs. EN 1064 section 5.7.4 and Annex C.4.
 *
 * @param residual nV, changed in place; residual[0] is sample `lead.first`
 * @param beat nV at the same rate
 * @throws AppError WAVEFORM_INCONSISTENT (qrs-locations)
 */
export function addReferenceBeat(
  residual: Float64Array,
  lead: LeadDefinition,
  beat: Float64Array,
  { complexes, beatFiducial }: QrsLocations
): void {
  let added = 0
  for (const { type, from, fiducial, to } of complexes) {
    if (type !== 0 || from === 0) continue
    // Place in the beat of the recording's sample number 0.
    const shift = beatFiducial - fiducial - 1
    const first = Math.max(from, lead.first, -shift)
    const last = Math.min(to, lead.last, beat.length - 1 - shift)
    added += Math.max(0, last - first + 1)
    if (added > MOST_OVERLAP * residual.length) {
      throw new AppError('WAVEFORM_INCONSISTENT', { at: 'section 4', reason: 'qrs-locations' })
    }
    for (let number = first; number <= last; number++) residual[number - lead.first]! += beat[number + shift]!
  }
}
