import { AppError } from '../../../core/errors/app-error.ts'
import { integerField, invalidHeader, numberField, textField } from './fields.ts'

export interface EdfSignal {
  label: string
  transducer: string
  dimension: string
  physicalMin: number
  physicalMax: number
  digitalMin: number
  digitalMax: number
  prefiltering: string
  samplesPerRecord: number
  /** Byte of its first sample in a data record. */
  offset: number
  isAnnotation: boolean
}

export interface EdfHeader {
  /** 2 in EDF, 3 in BDF. */
  bytesPerSample: 2 | 3
  /** EDF+ or BDF+; 'D' records may lie apart. */
  plus: 'C' | 'D' | undefined
  patient: string
  recording: string
  /** dd.mm.yy and hh.mm.ss as they stand. */
  startDate: string
  startTime: string
  headerBytes: number
  /** -1 while the recording goes on: then the file's size tells. */
  records: number
  recordSeconds: number
  recordBytes: number
  signals: EdfSignal[]
}

export const FIXED_HEADER_BYTES = 256
const SIGNAL_HEADER_BYTES = 256
/** 4 digits hold 9999; no recorder has more channels than this. */
const MAX_SIGNALS = 1024
/** EDF+ section 2.1: 61,440 bytes; writers go beyond it, an attack further. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024
const BDF_VERSION = Buffer.from('\xffBIOSEMI', 'latin1')

/** Widths of the signal fields in their order: each stands for all signals before the next begins. */
const SIGNAL_FIELDS = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32] as const

/** Length of the whole header, from its fixed part. @throws AppError DECODE_FAILED (truncated, version, header) */
export function headerLength(fixed: Uint8Array): number {
  if (fixed.length < FIXED_HEADER_BYTES) throw invalidHeader('header', 'truncated')
  const signals = integerField(fixed.subarray(252, 256), 'number of signals')
  if (signals < 1 || signals > MAX_SIGNALS) throw invalidHeader('number of signals')
  return FIXED_HEADER_BYTES + signals * SIGNAL_HEADER_BYTES
}

/**
 * Header record of EDF (Kemp 1992), EDF+ (Kemp 2003) and BDF, all fields checked.
 *
 * 8 version ('0' | 255 'BIOSEMI') | 80 patient | 80 recording | 8 dd.mm.yy | 8 hh.mm.ss | 8 header bytes
 * | 44 reserved ('EDF+C', 'EDF+D', 'BDF+C', 'BDF+D', '24BIT' or blank) | 8 records | 8 seconds of a record | 4 signals
 * signals: 16 label | 80 transducer | 8 dimension | 8 physical min | 8 max | 8 digital min | 8 max | 80 prefiltering
 *          | 8 samples in a record | 32 reserved
 *
 * @throws AppError DECODE_FAILED (truncated, version, header), WAVEFORM_INCONSISTENT (record-size)
 */
export function readHeader(bytes: Uint8Array): EdfHeader {
  const length = headerLength(bytes)
  if (bytes.length < length) throw invalidHeader('header', 'truncated')
  const bytesPerSample = readVersion(bytes.subarray(0, 8))
  const headerBytes = integerField(bytes.subarray(184, 192), 'number of header bytes')
  if (headerBytes !== length) throw invalidHeader('number of header bytes')
  const records = integerField(bytes.subarray(236, 244), 'number of data records')
  if (records < -1) throw invalidHeader('number of data records')
  const recordSeconds = numberField(bytes.subarray(244, 252), 'duration of a data record')
  if (recordSeconds < 0) throw invalidHeader('duration of a data record')
  const signals = readSignals(bytes.subarray(FIXED_HEADER_BYTES, length), bytesPerSample)
  const recordBytes = signals.reduce((sum, { samplesPerRecord }) => sum + samplesPerRecord * bytesPerSample, 0)
  if (recordBytes > MAX_RECORD_BYTES)
    throw new AppError('WAVEFORM_INCONSISTENT', { at: 'header', reason: 'record-size' })
  return {
    bytesPerSample,
    plus: readPlus(textField(bytes.subarray(192, 236), 'reserved')),
    patient: textField(bytes.subarray(8, 88), 'local patient identification'),
    recording: textField(bytes.subarray(88, 168), 'local recording identification'),
    startDate: textField(bytes.subarray(168, 176), 'startdate'),
    startTime: textField(bytes.subarray(176, 184), 'starttime'),
    headerBytes,
    records,
    recordSeconds,
    recordBytes,
    signals
  }
}

function readVersion(bytes: Uint8Array): 2 | 3 {
  if (BDF_VERSION.equals(bytes)) return 3
  if (Buffer.from(bytes).toString('latin1').trim() === '0') return 2
  throw invalidHeader('version', 'version')
}

const readPlus = (reserved: string): EdfHeader['plus'] => /^[EB]DF\+([CD])/.exec(reserved)?.[1] as EdfHeader['plus']

function readSignals(bytes: Uint8Array, bytesPerSample: 2 | 3): EdfSignal[] {
  const count = bytes.length / SIGNAL_HEADER_BYTES
  const field = (index: number, signal: number): Uint8Array => {
    const before = SIGNAL_FIELDS.slice(0, index).reduce((sum, width) => sum + width, 0) * count
    const width = SIGNAL_FIELDS[index]!
    return bytes.subarray(before + signal * width, before + (signal + 1) * width)
  }
  let offset = 0
  return Array.from({ length: count }, (_, signal) => {
    const at = (name: string): string => `signal ${signal + 1} ${name}`
    const label = textField(field(0, signal), at('label'))
    const read: EdfSignal = {
      label,
      transducer: textField(field(1, signal), at('transducer')),
      dimension: textField(field(2, signal), at('physical dimension')),
      physicalMin: numberField(field(3, signal), at('physical minimum')),
      physicalMax: numberField(field(4, signal), at('physical maximum')),
      digitalMin: integerField(field(5, signal), at('digital minimum')),
      digitalMax: integerField(field(6, signal), at('digital maximum')),
      prefiltering: textField(field(7, signal), at('prefiltering')),
      samplesPerRecord: integerField(field(8, signal), at('samples in a record')),
      offset,
      isAnnotation: label === 'EDF Annotations' || label === 'BDF Annotations'
    }
    checkSignal(read, bytesPerSample, at)
    offset += read.samplesPerRecord * bytesPerSample
    return read
  })
}

function checkSignal(signal: EdfSignal, bytesPerSample: 2 | 3, at: (name: string) => string): void {
  const { digitalMin, digitalMax, physicalMin, physicalMax, samplesPerRecord } = signal
  const limit = 2 ** (bytesPerSample * 8 - 1)
  if (samplesPerRecord < 1) throw invalidHeader(at('samples in a record'))
  if (digitalMin < -limit || digitalMax > limit - 1 || digitalMin >= digitalMax)
    throw invalidHeader(at('digital minimum'))
  // A swapped pair is legal: the amplifier was negative.
  if (physicalMin === physicalMax) throw invalidHeader(at('physical minimum'))
}
