import { AppError } from '../../../core/errors/app-error.ts'
import type { Lead } from '../../../core/waveform.ts'
import { type EdfHeader, FIXED_HEADER_BYTES, headerLength, readHeader } from './header.ts'
import { annotationsOf, readDigital, recordCount } from './records.ts'
import { type Scale, scaleOf } from './scale.ts'

/** A file that is read piece by piece; a file handle makes one in two lines. */
export interface EdfSource {
  /** Bytes of the file. */
  size: number
  /** Bytes [from, to); fewer where it ends. */
  range(from: number, to: number): Promise<Uint8Array>
}

export interface SignalStream {
  lead: Lead
  rateHz: number
  /** Samples in the data records; gaps between the records of a discontinuous file come on top. */
  length: number
  /** Samples in the unit of the lead, NaN where there is none; each chunk follows the one before. */
  chunks(): AsyncGenerator<Float64Array>
}

/** Bytes of data records that are held at once. */
const CHUNK_BYTES = 1024 * 1024
/** Samples of a gap in one chunk. */
const GAP_SAMPLES = 65_536
/** A gap that a record's onset may open, s: longer than any recorder runs, and an attack beyond it. */
const MAX_GAP_S = 60 * 86_400
const TOLERANCE_S = 1e-3

/**
 * One signal of an EDF or BDF file of any length, some seconds at a time: what is held is bounded by the chunk (about 1 MiB of
 * data records), whatever the length. 'no data' annotations are not heeded; they may stand in any later record.
 *
 * @param choose place of the signal among all; the first ECG by default, else the first that is no annotation
 * @throws AppError what `readHeader` throws; WAVEFORM_INCONSISTENT (no-waveform: no such signal; rate; record-order);
 *   DECODE_FAILED (truncated) when the file ends before its last record
 */
export async function streamSignal(
  source: EdfSource,
  { choose = firstEcg, chunkBytes = CHUNK_BYTES }: { choose?(header: EdfHeader): number; chunkBytes?: number } = {}
): Promise<SignalStream> {
  const fixed = await source.range(0, FIXED_HEADER_BYTES)
  const header = readHeader(await source.range(0, headerLength(fixed)))
  const index = choose(header)
  const signal = header.signals[index]
  if (!signal || signal.isAnnotation)
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'signals', reason: 'no-waveform' })
  if (header.recordSeconds === 0)
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'duration of a data record', reason: 'rate' })
  const scale = scaleOf(signal, index + 1)
  const { records } = recordCount(header, source.size)
  const rateHz = signal.samplesPerRecord / header.recordSeconds
  return {
    lead: scale.lead,
    rateHz,
    length: records * signal.samplesPerRecord,
    chunks: () => chunksOf(source, header, { index, scale, records, rateHz, chunkBytes })
  }
}

function firstEcg(header: EdfHeader): number {
  const isEcg = header.signals.findIndex((signal, n) => !signal.isAnnotation && scaleOf(signal, n + 1).isEcg)
  return isEcg < 0 ? header.signals.findIndex(({ isAnnotation }) => !isAnnotation) : isEcg
}

interface Chosen {
  index: number
  scale: Scale
  records: number
  rateHz: number
  chunkBytes: number
}

async function* chunksOf(
  source: EdfSource,
  header: EdfHeader,
  { index, scale, records, rateHz, chunkBytes }: Chosen
): AsyncGenerator<Float64Array> {
  const { recordBytes, headerBytes, recordSeconds, bytesPerSample, plus } = header
  const signal = header.signals[index]!
  const perRead = Math.max(1, Math.floor(chunkBytes / recordBytes))
  let before: number | undefined
  // Samples that gaps should have had and samples that they got: roundings do not add up.
  let owed = 0
  for (let first = 0; first < records; first += perRead) {
    const count = Math.min(perRead, records - first)
    const from = headerBytes + first * recordBytes
    const bytes = await source.range(from, from + count * recordBytes)
    if (bytes.length < count * recordBytes)
      throw new AppError('DECODE_FAILED', { at: 'data records', reason: 'truncated' })
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let chunk = new Float64Array(count * signal.samplesPerRecord)
    let filled = 0
    for (let n = 0; n < count; n++) {
      const record = view.subarray(n * recordBytes, (n + 1) * recordBytes)
      const start = plus ? annotationsOf(record, header).start : undefined
      const gapSeconds = before === undefined || start === undefined ? 0 : start - before - recordSeconds
      if (gapSeconds < -TOLERANCE_S || gapSeconds > MAX_GAP_S) {
        throw new AppError('WAVEFORM_INCONSISTENT', { at: `data record ${first + n + 1}`, reason: 'record-order' })
      }
      before = start ?? (before === undefined ? undefined : before + recordSeconds)
      if (gapSeconds > TOLERANCE_S) {
        if (filled > 0) yield chunk.slice(0, filled)
        owed += gapSeconds * rateHz
        const missing = Math.round(owed)
        owed -= missing
        yield* gap(missing)
        chunk = new Float64Array((count - n) * signal.samplesPerRecord)
        filled = 0
      }
      readDigital(record, signal, bytesPerSample, chunk, filled)
      for (let k = filled; k < filled + signal.samplesPerRecord; k++) chunk[k] = scale.toPhysical(chunk[k]!)
      filled += signal.samplesPerRecord
    }
    yield filled === chunk.length ? chunk : chunk.slice(0, filled)
  }
}

function* gap(samples: number): Generator<Float64Array> {
  for (let left = samples; left > 0; left -= GAP_SAMPLES)
    yield new Float64Array(Math.min(left, GAP_SAMPLES)).fill(Number.NaN)
}
