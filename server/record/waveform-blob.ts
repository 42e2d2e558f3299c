import { endianness } from 'node:os'
import { AppError } from '../../core/errors/app-error.ts'
import type { Waveform } from '../../core/waveform.ts'

/**
 * One blob per recording (design section 4):
 *
 * | bytes | content |
 * |---|---|
 * | 0-3 | 'HBW1' |
 * | 4-7 | length n of the header, unsigned 32-bit little-endian |
 * | 8 .. 8+n | header: JSON of the waveform without its samples, n a multiple of 4 (padded with blanks) |
 * | then | samples: 32-bit float little-endian, lead after lead; a missing sample is NaN and lies in a listed gap |
 *
 * Float32 keeps 24 bits: 2^-24 of full scale, far below one step of any ECG converter.
 */
const MAGIC = 'HBW1'

export function encodeWaveformBlob(waveform: Waveform): Uint8Array {
  const { samples, ...header } = waveform
  const count = samples[0]?.length ?? 0
  const json = JSON.stringify({ ...header, sampleCount: count })
  const text = Buffer.from(json + ' '.repeat((4 - (Buffer.byteLength(json) % 4)) % 4))
  const bytes = Buffer.alloc(8 + text.length + samples.length * count * 4)
  bytes.write(MAGIC, 0, 'latin1')
  bytes.writeUInt32LE(text.length, 4)
  text.copy(bytes, 8)
  let at = 8 + text.length
  for (const lead of samples) {
    for (const value of lead) at = bytes.writeFloatLE(value, at)
  }
  return bytes
}

/** @throws AppError BLOB_MISSING (reason 'not-a-waveform') when the bytes are not such a blob */
export function decodeWaveformBlob(bytes: Uint8Array): Waveform {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const broken = () => new AppError('BLOB_MISSING', { reason: 'not-a-waveform' })
  if (view.length < 8 || view.toString('latin1', 0, 4) !== MAGIC) throw broken()
  const end = 8 + view.readUInt32LE(4)
  if (end > view.length) throw broken()
  const { sampleCount, ...header } = JSON.parse(view.toString('utf8', 8, end)) as Omit<Waveform, 'samples'> & {
    sampleCount: number
  }
  if (view.length !== end + header.leads.length * sampleCount * 4) throw broken()
  // Whole arrays instead of sample by sample: a waveform is read several times for each event of its patient.
  const own = Buffer.from(Uint8Array.from(view.subarray(end)).buffer)
  if (endianness() === 'BE') own.swap32()
  const floats = new Float32Array(own.buffer)
  const samples = header.leads.map((_, lead) =>
    Float64Array.from(floats.subarray(lead * sampleCount, (lead + 1) * sampleCount))
  )
  return { ...header, samples }
}
