import { AppError } from '../../core/errors/app-error.ts'
import { ownValue } from '../../core/own-value.ts'

type Reader = (view: DataView, at: number, little: boolean) => number

/** (5400,1006) Waveform Sample Interpretation: bits and how one sample is read. PS3.3 C.10.9.1.5. */
const INTERPRETATIONS: Record<string, { bits: number; read: Reader }> = {
  SB: { bits: 8, read: (view, at) => view.getInt8(at) },
  UB: { bits: 8, read: (view, at) => view.getUint8(at) },
  SS: { bits: 16, read: (view, at, little) => view.getInt16(at, little) },
  US: { bits: 16, read: (view, at, little) => view.getUint16(at, little) },
  SL: { bits: 32, read: (view, at, little) => view.getInt32(at, little) },
  UL: { bits: 32, read: (view, at, little) => view.getUint32(at, little) }
}

export interface SampleLayout {
  channels: number
  samples: number
  bitsAllocated: number
  interpretation: string
  littleEndian: boolean
  /** (5400,100A): this raw value says that there is no sample. */
  padding?: Uint8Array
}

/**
 * Raw counts per channel. On the wire samples are interleaved: all channels of instant 0, then of instant 1 ...
 * @returns [channel][instant]; NaN where the padding value stands
 * @throws AppError DICOM_ATTRIBUTE_VALUE, WAVEFORM_INCONSISTENT (reason data-length)
 */
export function unpackSamples(data: Uint8Array, layout: SampleLayout): Float64Array[] {
  const { channels, samples, littleEndian } = layout
  const interpretation = ownValue(INTERPRETATIONS, layout.interpretation)
  if (!interpretation) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(5400,1006)' })
  if (interpretation.bits !== layout.bitsAllocated) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(5400,1004)' })
  const width = interpretation.bits / 8
  const expected = channels * samples * width
  // An odd number of bytes is padded to even. Compared before anything is allocated.
  if (data.length !== expected && data.length !== expected + (expected % 2)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at: '(5400,1010)', reason: 'data-length' })
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const padding = readPadding(layout, interpretation.read, width)
  const counts = Array.from({ length: channels }, () => new Float64Array(samples))
  let at = 0
  for (let instant = 0; instant < samples; instant++) {
    for (let channel = 0; channel < channels; channel++, at += width) {
      const raw = interpretation.read(view, at, littleEndian)
      counts[channel]![instant] = raw === padding ? Number.NaN : raw
    }
  }
  return counts
}

function readPadding({ padding, littleEndian }: SampleLayout, read: Reader, width: number): number | undefined {
  if (!padding || padding.length < width) return undefined
  return read(new DataView(padding.buffer, padding.byteOffset, padding.byteLength), 0, littleEndian)
}
