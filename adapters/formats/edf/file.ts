import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Annotation } from './annotations.ts'
import { type EdfHeader, readHeader } from './header.ts'
import { annotationsOf, recordCount } from './records.ts'
import { type Timeline, timelineOf } from './timeline.ts'

export interface EdfFile {
  header: EdfHeader
  data: Buffer
  timeline: Timeline
  /** Onset of the first data record after the start time of the header, s. */
  firstOnset: number
  /** Onsets count from the first sample. */
  annotations: Annotation[]
}

/** More than any recorder writes in a file that fits a message; the rest is left out. */
const MAX_ANNOTATIONS = 100_000

/**
 * Header, time line and annotations of a whole file.
 *
 * @throws AppError DECODE_FAILED, WAVEFORM_INCONSISTENT (no-waveform, rate, record-order), TIME_UNUSABLE (record-onset) for
 *   a discontinuous file that does not say where its first record begins
 */
export function readFile(bytes: Uint8Array, notes: DecodeNote[]): EdfFile {
  const header = readHeader(bytes)
  const { records, isGuessed, extra } = recordCount(header, bytes.length)
  if (isGuessed) notes.push({ code: 'leniency', at: 'number of data records' })
  if (extra > 0) notes.push({ code: 'content-ignored', at: 'behind the data records' })
  if (header.recordSeconds === 0 && header.signals.some(({ isAnnotation }) => !isAnnotation)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'duration of a data record', reason: 'rate' })
  }
  const from = header.headerBytes
  const data = Buffer.from(bytes.buffer, bytes.byteOffset + from, records * header.recordBytes)
  const onsets = new Float64Array(records).fill(Number.NaN)
  const annotations: Annotation[] = []
  let broken = 0
  for (let n = 0; n < records; n++) {
    const said = annotationsOf(data.subarray(n * header.recordBytes, (n + 1) * header.recordBytes), header)
    if (header.plus && said.start !== undefined) onsets[n] = said.start
    broken += said.broken
    annotations.push(...said.annotations.slice(0, MAX_ANNOTATIONS - annotations.length))
  }
  if (broken > 0) notes.push({ code: 'content-ignored', at: 'annotations' })
  const firstOnset = startOf(header, onsets, notes)
  const timeline = timelineOf(onsets, header.recordSeconds)
  if (!timeline.isContiguous && header.plus !== 'D') notes.push({ code: 'leniency', at: 'reserved' })
  return {
    header,
    data,
    timeline,
    firstOnset,
    annotations: annotations.map((one) => ({ ...one, onset: one.onset - firstOnset }))
  }
}

/** EDF and BDF have no onsets; EDF+ must have them, and only a discontinuous file needs them. */
function startOf({ plus }: EdfHeader, onsets: Float64Array, notes: DecodeNote[]): number {
  if (!plus) return 0
  const missing = onsets.findIndex(Number.isNaN)
  if (missing >= 0 && plus === 'D')
    throw new AppError('TIME_UNUSABLE', { at: `data record ${missing + 1}`, reason: 'record-onset' })
  if (missing >= 0) notes.push({ code: 'leniency', at: `data record ${missing + 1}` })
  const first = onsets[0]!
  return Number.isNaN(first) ? 0 : first
}
