import { AppError } from '../../../core/errors/app-error.ts'

/** Places of the data records on one time line. */
export interface Timeline {
  /** Start of each record after that of the first, s. */
  starts: Float64Array
  /** Length of the whole, s. */
  seconds: number
  isContiguous: boolean
}

/** Writers round onsets, and clocks drift: a step this close to the length of a record is no gap. */
const TOLERANCE_S = 1e-3

/**
 * Where records lie by their onsets (EDF+ section 2.2.4); one whose onset is missing follows the record before.
 *
 * @param onsets seconds after the file's start, NaN where none was found
 * @throws AppError WAVEFORM_INCONSISTENT (record-order) when a record begins before the one before it ends
 */
export function timelineOf(onsets: Float64Array, recordSeconds: number): Timeline {
  const starts = new Float64Array(onsets.length)
  let runStart = 0
  let runFirst = 0
  let before = onsets[0]!
  for (let n = 1; n < onsets.length; n++) {
    const step = onsets[n]! - before
    before = Number.isNaN(onsets[n]!) ? before + recordSeconds : onsets[n]!
    if (step < recordSeconds - TOLERANCE_S) {
      throw new AppError('WAVEFORM_INCONSISTENT', { at: `data record ${n + 1}`, reason: 'record-order' })
    }
    if (step > recordSeconds + TOLERANCE_S) {
      runStart = starts[n - 1]! + step
      runFirst = n
    }
    // A product, not a sum: the records of a run stay exact.
    starts[n] = runStart + (n - runFirst) * recordSeconds
  }
  return { starts, seconds: starts.at(-1)! + recordSeconds, isContiguous: runFirst === 0 }
}
