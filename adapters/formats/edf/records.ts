import { AppError } from '../../../core/errors/app-error.ts'
import { type RecordAnnotations, readAnnotations } from './annotations.ts'
import type { EdfHeader, EdfSignal } from './header.ts'

/** A week in records of half a second; each costs some work whatever it holds. */
const MAX_RECORDS = 1_250_000

/**
 * Whole data records of a file. EDF section 2: fewer than announced is a file cut off; -1 is announced while the recording
 * goes on, and then the size tells.
 *
 * @throws AppError WAVEFORM_INCONSISTENT (no-waveform), DECODE_FAILED (truncated), MESSAGE_TOO_LARGE (records)
 */
export function recordCount(
  header: EdfHeader,
  fileBytes: number
): { records: number; isGuessed: boolean; extra: number } {
  const { headerBytes, recordBytes, records } = header
  const data = fileBytes - headerBytes
  const whole = Math.floor(data / recordBytes)
  if (records >= 0 && data < records * recordBytes)
    throw new AppError('DECODE_FAILED', { at: 'data records', reason: 'truncated' })
  const count = records < 0 ? whole : records
  if (count > MAX_RECORDS) throw new AppError('MESSAGE_TOO_LARGE', { at: 'number of data records', reason: 'records' })
  if (count === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at: 'data records', reason: 'no-waveform' })
  return { records: count, isGuessed: records < 0, extra: data - count * recordBytes }
}

/** Digital values of one signal of one data record into `target` from `from` on; little-endian two's complement. */
export function readDigital(
  record: Buffer,
  { offset, samplesPerRecord }: EdfSignal,
  bytesPerSample: 2 | 3,
  target: Float64Array,
  from: number
): void {
  for (let n = 0, at = offset; n < samplesPerRecord; n++, at += bytesPerSample) {
    target[from + n] = bytesPerSample === 2 ? record.readInt16LE(at) : record.readIntLE(at, 3)
  }
}

/** What the annotation signals of one data record say; the first of them keeps the time. */
export function annotationsOf(record: Uint8Array, { signals, bytesPerSample }: EdfHeader): RecordAnnotations {
  const all: RecordAnnotations = { annotations: [], broken: 0 }
  let isFirst = true
  for (const { isAnnotation, offset, samplesPerRecord } of signals) {
    if (!isAnnotation) continue
    const { start, annotations, broken } = readAnnotations(
      record.subarray(offset, offset + samplesPerRecord * bytesPerSample)
    )
    if (isFirst && start !== undefined) all.start = start
    isFirst = false
    all.annotations.push(...annotations)
    all.broken += broken
  }
  return all
}
