import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../core/format.ts'
import type { Lead } from '../../../core/waveform.ts'
import { writeKeyedLines } from '../../ecg/keyed-lines.ts'
import { baseTimeFields } from './base-time.ts'
import { IN_UTC } from './comments.ts'

/** Written formats, narrowest first: bytes of a sample, and the count that stands for a missing one. */
const WRITTEN = [
  { format: 16, bytes: 2, missing: -0x8000 },
  { format: 24, bytes: 3, missing: -0x80_0000 },
  { format: 32, bytes: 4, missing: -0x8000_0000 }
] as const

type Written = (typeof WRITTEN)[number]

/** A name that a header can hold. */
const STEM = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,100}$/

/**
 * The tracing as a WFDB record: `<stem>.hea` and `<stem>.dat`. A sample is sample / resolution as a whole number, in
 * format 16 where all fit, else 24, else 32; a gap is the mark of that format. Time is written in UTC, with a comment
 * that says so; who and by what stands in comments. Other waveforms than the first are not written.
 *
 * @throws AppError WAVEFORM_INCONSISTENT reason `resolution`, `range`, `no-waveform`; BAD_REQUEST reason `stem`
 */
export function writeRecord(recording: EncodableRecording, stem: string): EncodedFile[] {
  const [waveform] = recording.waveforms
  if (!waveform?.samples[0]) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  if (!STEM.test(stem)) throw new AppError('BAD_REQUEST', { reason: 'stem' })
  const counts = waveform.samples.map((samples, i) => countsOf(samples, waveform.leads[i]!, `lead ${i + 1}`))
  const written = formatFor(counts)
  const length = waveform.samples[0].length
  const { instant } = recording.acquiredAt
  const signals = counts.map((values, i) => signalLine(values, waveform.leads[i]!, { stem, written }))
  const comments = [...(instant ? [IN_UTC] : []), ...writeKeyedLines(recording)]
  const time = instant ? ` ${baseTimeFields(instant)}` : ''
  const header = [
    `${stem} ${counts.length} ${waveform.rateHz} ${length}${time}`,
    ...signals,
    ...comments.map((comment) => `# ${comment}`)
  ]
  return [
    { extension: '.hea', mediaType: 'text/plain', bytes: Buffer.from(`${header.join('\n')}\n`) },
    { extension: '.dat', mediaType: 'application/octet-stream', bytes: interleave(counts, written) }
  ]
}

/** Whole steps; NaN stays NaN. */
function countsOf(samples: Float64Array, { resolution }: Lead, at: string): Float64Array {
  if (!(resolution > 0 && Number.isFinite(resolution))) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'resolution', at })
  }
  return samples.map((value) => Math.round(value / resolution))
}

function formatFor(counts: readonly Float64Array[]): Written {
  let largest = 0
  for (const values of counts) for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value)
  const written = WRITTEN.find(({ missing }) => largest < -missing)
  if (!written) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'range' })
  return written
}

function signalLine(
  counts: Float64Array,
  { name, unit, resolution }: Lead,
  { stem, written }: { stem: string; written: Written }
): string {
  const { format, bytes, missing } = written
  let sum = 0
  for (const value of counts) sum = (sum + (Number.isNaN(value) ? missing : value)) % 0x1_0000
  const checksum = (sum << 16) >> 16
  const first = Number.isNaN(counts[0]) ? missing : (counts[0] ?? 0) + 0
  const scale = `${gainText(resolution)}(0)/${unit.replaceAll(/\s+/g, '_')}`
  return `${stem}.dat ${format} ${scale} ${bytes * 8} 0 ${first} ${checksum} 0 ${name.replaceAll(/\s+/g, ' ').trim()}`
}

/** Steps per unit: the shortest decimal whose inverse is this resolution, to the last bit where there is one. */
export function gainText(resolution: number): string {
  for (let digits = 1; digits < 17; digits++) {
    const gain = Number((1 / resolution).toPrecision(digits))
    if (1 / gain === resolution) return String(gain)
  }
  return String(1 / resolution)
}

function interleave(counts: readonly Float64Array[], { bytes, missing }: Written): Uint8Array {
  const length = counts[0]!.length
  const data = Buffer.allocUnsafe(length * counts.length * bytes)
  let at = 0
  for (let i = 0; i < length; i++) {
    for (const values of counts) {
      const value = values[i]!
      at = data.writeIntLE(Number.isNaN(value) ? missing : value, at, bytes)
    }
  }
  return data
}
