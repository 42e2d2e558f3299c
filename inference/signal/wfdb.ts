import { AppError } from '../../core/errors/app-error.ts'
import type { Waveform } from '../../core/waveform.ts'
import { leadByName } from '../../fhir-profiles/codes/leads.ts'

export interface WfdbSignal {
  file: string
  format: number
  /** Digital steps per unit. */
  gain: number
  baseline: number
  units: string
  name: string
  /** Signed 16-bit sum of the digital samples, when the header gives it. */
  checksum?: number
}

export interface WfdbHeader {
  record: string
  rateHz: number
  /** Samples of each signal; 0 when the header does not say. */
  length: number
  signals: WfdbSignal[]
  /** Lines behind '#', trimmed. */
  comments: string[]
}

/** WFDB units to mV (WFDB header(5): the default unit is mV). */
const TO_MV: Record<string, number> = { mV: 1, uV: 1e-3, nV: 1e-6, V: 1000 }

/**
 * A `.hea` text. First line `record nsignals fs nsamples`, then one line a signal:
 * `file format gain(baseline)/units adcres adczero firstvalue checksum blocksize name` (WFDB header(5)).
 * A missing baseline is the ADC zero; a missing gain is 200 per mV.
 *
 * @throws AppError DECODE_FAILED with the line number
 */
export function parseHeader(text: string): WfdbHeader {
  const lines = text.split(/\r?\n/)
  const comments = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim())
  const content = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [record = '', count = '', rate = '250', length = '0'] = (content[0] ?? '').trim().split(/\s+/)
  // '500/1000(0)': counter frequency and base counter value may follow the sampling frequency.
  const rateHz = Number.parseFloat(rate)
  if (!/^\d+$/.test(count) || !(rateHz > 0) || record.includes('/')) throw broken(1)
  const signals = content.slice(1, 1 + Number(count)).map((line, i) => parseSignal(line, i + 2))
  if (signals.length !== Number(count)) throw broken(1)
  return { record, rateHz, length: Number.parseInt(length, 10) || 0, signals, comments }
}

function parseSignal(line: string, at: number): WfdbSignal {
  const [file = '', format = '', scale = '', , zero = '0', , checksum, , ...name] = line.trim().split(/\s+/)
  const match = /^([-+0-9.eE]+)(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(scale || '200')
  if (!match || !/^\d+$/.test(format) || !/^[A-Za-z0-9._-]+$/.test(file)) throw broken(at)
  const gain = Number(match[1]) || 200
  return {
    file,
    format: Number(format),
    gain,
    baseline: Number(match[2] ?? zero),
    units: match[3] ?? 'mV',
    name: name.join(' '),
    checksum: checksum === undefined ? undefined : Number(checksum)
  }
}

/**
 * Digital samples of each signal of one `.dat` file. Format 16: signed 16-bit little-endian, interleaved. Format 212:
 * three bytes hold two signed 12-bit samples, interleaved.
 *
 * @returns Int32Array per signal, in the header's order
 * @throws AppError DECODE_FAILED reason `format` for any other format, `truncated` when samples are missing
 */
export function digitalSamples(header: WfdbHeader, bytes: Uint8Array): Int32Array[] {
  const format = header.signals[0]?.format
  if (header.signals.some((signal) => signal.format !== format))
    throw new AppError('DECODE_FAILED', { reason: 'format' })
  const flat = format === 16 ? read16(bytes) : format === 212 ? read212(bytes) : undefined
  if (!flat) throw new AppError('DECODE_FAILED', { reason: 'format' })
  const count = header.signals.length
  const length = header.length || Math.floor(flat.length / count)
  if (flat.length < length * count) throw new AppError('DECODE_FAILED', { reason: 'truncated' })
  return header.signals.map((_, signal) => Int32Array.from({ length }, (_, i) => flat[i * count + signal]!))
}

function read16(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true))
}

function read212(bytes: Uint8Array): Int32Array {
  const out = new Int32Array(Math.floor(bytes.length / 3) * 2)
  for (let i = 0; i < out.length; i += 2) {
    const at = (i / 2) * 3
    const middle = bytes[at + 1]!
    out[i] = signed12(bytes[at]! | ((middle & 0x0f) << 8))
    out[i + 1] = signed12(bytes[at + 2]! | ((middle & 0xf0) << 4))
  }
  return out
}

const signed12 = (value: number): number => (value > 2047 ? value - 4096 : value)

/**
 * A WFDB record as waveform in mV. The lowest 16-bit (12-bit) value is WFDB's mark for a missing sample: NaN in a gap.
 * A signal with an unknown unit is refused.
 *
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN
 */
export function readWfdb(headerText: string, data: Uint8Array): { waveform: Waveform; header: WfdbHeader } {
  const header = parseHeader(headerText)
  const digital = digitalSamples(header, data)
  const gaps: Waveform['gaps'] = []
  const missing = header.signals[0]?.format === 212 ? -2048 : -32768
  const samples = header.signals.map((signal, lead) => {
    const factor = TO_MV[signal.units]
    if (factor === undefined) throw new AppError('UNIT_UNKNOWN', { at: `signal ${lead + 1}` })
    return Float64Array.from(digital[lead]!, (value, i) => {
      if (value !== missing) return ((value - signal.baseline) / signal.gain) * factor
      const last = gaps.at(-1)
      if (last?.lead === lead && last.to === i) last.to++
      else gaps.push({ lead, from: i, to: i + 1 })
      return Number.NaN
    })
  })
  const leads = header.signals.map((signal) => ({
    ...leadOf(signal.name),
    unit: 'mV',
    resolution: (TO_MV[signal.units] ?? 1) / signal.gain
  }))
  return { waveform: { kind: 'rhythm', leads, rateHz: header.rateHz, samples, gaps }, header }
}

/** Age in years and sex from comment lines of the usual spellings ('<age>: 51', 'Age: 69', 'Sex: F'); absent if none. */
export function demographics(comments: readonly string[]): { age?: number; sex?: 'male' | 'female' } {
  const text = comments.join('\n')
  const age = /<?age>?\s*:\s*(\d{1,3})\b/i.exec(text)?.[1]
  const sex = /<?(?:sex|gender)>?\s*:\s*([MF])/i.exec(text)?.[1]?.toUpperCase()
  return {
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(sex === undefined ? {} : { sex: sex === 'M' ? 'male' : 'female' })
  }
}

/** An ECG lead of the table by its spelling, else a channel under the sender's name. */
function leadOf(name: string): { name: string; mdc?: number } {
  const lead = leadByName(name)
  return lead ? { name: lead.name, mdc: lead.n } : { name }
}

const broken = (line: number): AppError => new AppError('DECODE_FAILED', { reason: 'wfdb-header', at: `line ${line}` })
