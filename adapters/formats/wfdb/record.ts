import { AppError } from '../../../core/errors/app-error.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { parseHeader, type WfdbHeader } from './header.ts'
import { type PhysicalSignal, toPhysical, toWaveforms } from './physical.ts'
import { digitalSamples, MAX_SAMPLES, type RecordFile } from './samples.ts'
import { joinSegments } from './segments.ts'

export interface WfdbRecord {
  header: WfdbHeader
  /** All signals in physical units, in the header's order (that of the layout in a variable-layout record). */
  signals: PhysicalSignal[]
  /** The tracing first; signals of another rate or kind in waveforms of their own. */
  waveforms: Waveform[]
  /** The header gives no checksums, so the samples could not be held to them. */
  withoutChecksums: boolean
}

/**
 * A WFDB record in physical units, of one segment or many: ECG in mV, a missing sample NaN inside a gap.
 *
 * @param file the other files of the record by name: signal files, and the headers of segments
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN, WAVEFORM_INCONSISTENT, MESSAGE_TOO_LARGE
 */
export function readRecord(
  headerText: string,
  file: RecordFile,
  { maxSamples = MAX_SAMPLES }: { maxSamples?: number } = {}
): WfdbRecord {
  const header = parseHeader(headerText)
  const read = header.segments
    ? joinSegments(header, header.segments, file, { maxSamples })
    : readSegment(header, file, { maxSamples })
  if (read.signals.length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  return { header, ...read, waveforms: toWaveforms(read.signals, header.rateHz) }
}

/** A record of one signal file, whatever the header calls it: the tracing and the header. @throws as `readRecord` */
export function readWfdb(headerText: string, data: Uint8Array): { waveform: Waveform; header: WfdbHeader } {
  const { waveforms, header } = readRecord(headerText, () => data)
  return { waveform: waveforms[0]!, header }
}

/** Signals of one header that has no segments. */
export function readSegment(
  header: WfdbHeader,
  file: RecordFile,
  limits: { maxSamples: number }
): { signals: PhysicalSignal[]; frames: number; withoutChecksums: boolean } {
  const { signals, frames, withoutChecksums } = digitalSamples(header, file, limits)
  return {
    signals: signals.map((digital, i) => toPhysical(header.signals[i]!, digital, `signal ${i + 1}`)),
    frames,
    withoutChecksums
  }
}
