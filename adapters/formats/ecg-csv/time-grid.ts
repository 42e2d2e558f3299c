import { AppError } from '../../../core/errors/app-error.ts'
import { rateOfInterval } from '../../ecg/channels.ts'

/** Rows may be left out up to this many times the rows that are there. */
const MAX_STRETCH = 10

export interface TimeGrid {
  rateHz: number
  /** Seconds of the first row. */
  from: number
  /** Place of each row among the samples; absent when they follow each other without a break. */
  places?: Int32Array
  length: number
}

/**
 * Where the rows stand in time. With a rate given, a row that is left out is a gap; without, the rate is that of the
 * whole column and every row must lie within half an interval of its place.
 *
 * @throws AppError WAVEFORM_INCONSISTENT reason `rate` (neither a rate nor times of two rows), `time-step`
 */
export function timeGrid(rows: number, rateHz: number | undefined, times: Float64Array | undefined): TimeGrid {
  if (!times) {
    if (rateHz === undefined) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'rate', at: 'header' })
    return { rateHz, from: 0, length: rows }
  }
  const from = times[0]!
  const span = times[rows - 1]! - from
  const rate = rateHz ?? rateOfInterval(span / (rows - 1))
  if (!(rate > 0 && Number.isFinite(rate) && Number.isFinite(span))) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'rate', at: 'time' })
  }
  const places = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const exact = (times[row]! - from) * rate
    const place = rateHz === undefined ? row : Math.round(exact)
    const isAfter = row === 0 || place > places[row - 1]!
    if (!(Math.abs(exact - place) < 0.5) || !isAfter || place >= rows * MAX_STRETCH) {
      throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'time-step', at: `row ${row + 1}` })
    }
    places[row] = place
  }
  const length = places[rows - 1]! + 1
  return { rateHz: rate, from, length, ...(length === rows ? {} : { places }) }
}
