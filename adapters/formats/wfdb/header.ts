import { AppError } from '../../../core/errors/app-error.ts'

/** One signal line of a header (WFDB header(5), "Signal specification lines"). */
export interface WfdbSignal {
  /** Signal file; '~' for a signal that this segment does not hold (format 0). */
  file: string
  format: number
  samplesPerFrame: number
  /** Frames by which the signal lies behind the others in its file. */
  skew: number
  /** Bytes before the first sample of the file. */
  byteOffset: number
  /** Digital steps per unit. */
  gain: number
  /** Digital value of 0 units. */
  baseline: number
  units: string
  adcZero: number
  /** Where the first difference of format 8 begins. */
  initialValue: number
  name: string
  /** 16-bit sum of the digital samples, when the header gives it. */
  checksum?: number
}

/** One line of a multi-segment header; '~' is a gap. */
export interface WfdbSegment {
  name: string
  /** Frames; 0 marks the layout of a variable-layout record. */
  length: number
}

export interface WfdbHeader {
  record: string
  /** Frames a second; a signal has this times its samples per frame. */
  rateHz: number
  /** Frames of the record; 0 when the header does not say. */
  length: number
  signals: WfdbSignal[]
  /** Present in a multi-segment header, which then has no signals of its own. */
  segments?: WfdbSegment[]
  /** HH:MM:SS[.fff] and DD/MM/YYYY of the first sample, as written. */
  baseTime?: string
  baseDate?: string
  /** Lines behind '#', trimmed. */
  comments: string[]
}

/** WFDB header(5): a gain of 0 or none means uncalibrated, and 200 per unit is then assumed. */
const DEFAULT_GAIN = 200
const DEFAULT_RATE_HZ = 250

const MAX_HEADER_CHARACTERS = 4 * 1024 * 1024
const MAX_SIGNALS = 1024
const MAX_SEGMENTS = 100_000
const MAX_RATE_HZ = 1_000_000
const MAX_SAMPLES_PER_FRAME = 10_000

const COUNT = /^\d{1,12}$/
const FILE_NAME = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,254}|~)$/
const RECORD_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/
const FORMAT = /^(\d{1,3})(?:x(\d{1,5}))?(?::(\d{1,6}))?(?:\+(\d{1,10}))?$/
const GAIN = /^([-+]?[0-9.]+(?:[eE][-+]?\d+)?)(?:\((-?\d{1,10})\))?(?:\/(\S+))?$/
const RATE = /^([0-9.]+(?:[eE][-+]?\d+)?)(?:\/[-+0-9.eE]+(?:\([-+0-9.eE]+\))?)?$/
const SIGNED = /^-?\d{1,10}$/

/**
 * A `.hea` text. First line `record[/segments] nsignals fs nsamples time date`, then one line a signal:
 * `file format[xspf][:skew][+offset] gain(baseline)/units adcres adczero firstvalue checksum blocksize name`, or one
 * line a segment (WFDB header(5)). What a line leaves out has the default of that page.
 *
 * @throws AppError DECODE_FAILED reason `wfdb-header` with the number of the line among those that are no comment
 * @example parseHeader('100 1 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n').signals[0].baseline // 1024
 */
export function parseHeader(text: string): WfdbHeader {
  if (text.length > MAX_HEADER_CHARACTERS) throw broken(1)
  const lines = text.split(/\r?\n/)
  const comments = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim())
  const content = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [name = '', count = '', rate = String(DEFAULT_RATE_HZ), length = '0', baseTime, baseDate] = words(content[0])
  const [record = '', segments] = name.split('/')
  const rateHz = Number(RATE.exec(rate)?.[1])
  if (!RECORD_NAME.test(record) || !COUNT.test(count) || Number(count) > MAX_SIGNALS) throw broken(1)
  if (!(rateHz > 0 && rateHz <= MAX_RATE_HZ) || !COUNT.test(length)) throw broken(1)
  const header: WfdbHeader = {
    record,
    rateHz,
    length: Number(length),
    signals: [],
    ...(baseTime === undefined ? {} : { baseTime }),
    ...(baseDate === undefined ? {} : { baseDate }),
    comments
  }
  if (segments !== undefined) return { ...header, segments: parseSegments(segments, content.slice(1)) }
  const signals = content.slice(1, 1 + Number(count)).map((line, i) => parseSignal(line, i + 2))
  if (signals.length !== Number(count)) throw broken(1)
  return { ...header, signals }
}

function parseSegments(count: string, lines: readonly string[]): WfdbSegment[] {
  if (!COUNT.test(count) || Number(count) === 0 || Number(count) > MAX_SEGMENTS) throw broken(1)
  if (lines.length < Number(count)) throw broken(1)
  return lines.slice(0, Number(count)).map((line, i) => {
    const [name = '', length = ''] = words(line)
    if ((!RECORD_NAME.test(name) && name !== '~') || !COUNT.test(length)) throw broken(i + 2)
    return { name, length: Number(length) }
  })
}

function parseSignal(line: string, at: number): WfdbSignal {
  const [file = '', formatText = '', scale = '0', , zero = '0', first, checksum, , ...name] = words(line)
  const format = FORMAT.exec(formatText)
  const gain = GAIN.exec(scale)
  const numbers = [zero, first ?? '0', checksum ?? '0']
  if (!format || !gain || !FILE_NAME.test(file) || !numbers.every((text) => SIGNED.test(text))) throw broken(at)
  const samplesPerFrame = Number(format[2] ?? 1)
  if (samplesPerFrame === 0 || samplesPerFrame > MAX_SAMPLES_PER_FRAME || Number.isNaN(Number(gain[1])))
    throw broken(at)
  return {
    file,
    format: Number(format[1]),
    samplesPerFrame,
    skew: Number(format[3] ?? 0),
    byteOffset: Number(format[4] ?? 0),
    gain: Number(gain[1]) || DEFAULT_GAIN,
    baseline: Number(gain[2] ?? zero),
    units: gain[3] ?? 'mV',
    adcZero: Number(zero),
    initialValue: Number(first ?? zero),
    name: name.join(' '),
    ...(checksum === undefined ? {} : { checksum: Number(checksum) })
  }
}

const words = (line = ''): string[] => line.trim().split(/\s+/)

const broken = (line: number): AppError => new AppError('DECODE_FAILED', { reason: 'wfdb-header', at: `line ${line}` })
