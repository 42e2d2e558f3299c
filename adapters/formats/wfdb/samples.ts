import { AppError } from '../../../core/errors/app-error.ts'
import type { WfdbHeader, WfdbSignal } from './header.ts'
import { MISSING, type SignalFormat, samplesIn, signalFormat } from './signal-formats.ts'

/** Bytes of a file of the record by its name; undefined when it is not there. */
export type RecordFile = (name: string) => Uint8Array | undefined

/** Samples of all signals together that are held in memory; longer recordings are read with stream.ts. */
export const MAX_SAMPLES = 20_000_000

/** The signals that one file holds: each frame has the samples of each signal, one signal behind the other. */
export interface SignalGroup {
  file: string
  format: SignalFormat
  byteOffset: number
  /** Places of these signals in the header. */
  members: number[]
  /** Where the samples of each member begin in a frame. */
  offsets: number[]
  frameSize: number
  /** Frames by which the last member lies behind. */
  maxSkew: number
}

/** @throws AppError DECODE_FAILED reason `format`, or `wfdb-header` when signals of one file disagree about it */
export function signalGroups(signals: readonly WfdbSignal[]): SignalGroup[] {
  const groups = new Map<string, SignalGroup>()
  for (const [index, signal] of signals.entries()) {
    if (signal.format === 0) continue
    const at = `signal ${index + 1}`
    const format = signalFormat(signal.format, at)
    const group = groups.get(signal.file) ?? {
      file: signal.file,
      format,
      byteOffset: signal.byteOffset,
      members: [],
      offsets: [],
      frameSize: 0,
      maxSkew: 0
    }
    if (group.format !== format || group.byteOffset !== signal.byteOffset) {
      throw new AppError('DECODE_FAILED', { reason: 'wfdb-header', at })
    }
    group.members.push(index)
    group.offsets.push(group.frameSize)
    group.frameSize += signal.samplesPerFrame
    group.maxSkew = Math.max(group.maxSkew, signal.skew)
    groups.set(signal.file, group)
  }
  return [...groups.values()]
}

export interface DigitalRecord {
  /** Int32Array per signal, frames x samples per frame; MISSING where there is none. */
  signals: Int32Array[]
  frames: number
  /** True when the header gives 0 for every checksum although sums are not 0: its writer computed none. */
  withoutChecksums: boolean
}

/**
 * Digital samples of all signals of one header (not of a multi-segment one), aligned by their skews and held to the
 * checksums of the header.
 *
 * @throws AppError DECODE_FAILED reason `file-missing`, `format`, `truncated`, `checksum`; MESSAGE_TOO_LARGE
 */
export function digitalSamples(
  header: WfdbHeader,
  file: RecordFile,
  { maxSamples = MAX_SAMPLES }: { maxSamples?: number } = {}
): DigitalRecord {
  const loaded = signalGroups(header.signals).map((group) => ({ group, bytes: bytesOfGroup(group, file) }))
  const frames = header.length || Math.min(...loaded.map(({ group, bytes }) => framesIn(group, bytes)))
  const perFrame = header.signals.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0)
  if (!Number.isFinite(frames)) throw new AppError('DECODE_FAILED', { reason: 'truncated' })
  if (frames * perFrame > maxSamples) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'samples' })
  // Before anything of the claimed size is allocated.
  if (loaded.some(({ group, bytes }) => framesIn(group, bytes) < frames)) {
    throw new AppError('DECODE_FAILED', { reason: 'truncated' })
  }
  const signals = header.signals.map(({ samplesPerFrame }) => new Int32Array(frames * samplesPerFrame).fill(MISSING))
  const sums = header.signals.map(() => 0)
  for (const { group, bytes } of loaded) {
    // A skewed signal runs on behind the others: what the file still holds of it is read.
    const stored = Math.min(frames + group.maxSkew, framesIn(group, bytes))
    const flat = group.format.read(bytes, stored * group.frameSize)
    for (const [place, index] of group.members.entries()) {
      const { raw, sum } = ownSamples(flat, group, { place, stored, frames }, header.signals[index]!)
      sums[index] = sum
      align(raw, header.signals[index]!, signals[index]!, group.format.missing)
    }
  }
  return { signals, frames, withoutChecksums: checkSums(header.signals, sums) }
}

function bytesOfGroup(group: SignalGroup, file: RecordFile): Uint8Array {
  const bytes = file(group.file)
  if (!bytes) throw new AppError('DECODE_FAILED', { reason: 'file-missing', at: 'signal file' })
  if (bytes.length < group.byteOffset) throw new AppError('DECODE_FAILED', { reason: 'truncated' })
  return bytes.subarray(group.byteOffset)
}

const framesIn = ({ format, frameSize }: SignalGroup, bytes: Uint8Array): number =>
  Math.floor(samplesIn(format, bytes.length) / frameSize)

/** One signal out of the interleaved samples, and its 16-bit sum over the frames of the record. */
function ownSamples(
  flat: Int32Array,
  { frameSize, offsets, format }: SignalGroup,
  { place, stored, frames }: { place: number; stored: number; frames: number },
  { samplesPerFrame, initialValue }: WfdbSignal
): { raw: Int32Array; sum: number } {
  const raw = new Int32Array(stored * samplesPerFrame)
  const offset = offsets[place]!
  let running = initialValue
  let sum = 0
  for (let frame = 0, to = 0; frame < stored; frame++) {
    const from = frame * frameSize + offset
    for (let k = 0; k < samplesPerFrame; k++, to++) {
      const value = flat[from + k]!
      running = format.isDifference ? running + value : value
      raw[to] = running
      if (frame < frames) sum = (sum + running) & 0xffff
    }
  }
  return { raw, sum }
}

function align(raw: Int32Array, signal: WfdbSignal, out: Int32Array, missing: number | undefined): void {
  const shift = signal.skew * signal.samplesPerFrame
  const count = Math.max(0, Math.min(out.length, raw.length - shift))
  for (let i = 0; i < count; i++) {
    const value = raw[i + shift]!
    if (value !== missing) out[i] = value
  }
}

/**
 * Sums are compared in 16 bits, since some writers (PTB-XL) give them unsigned.
 * @returns true when the header has no checksums to hold the samples to
 */
function checkSums(signals: readonly WfdbSignal[], sums: readonly number[]): boolean {
  const wrong = signals.findIndex(
    ({ checksum, format }, i) => format !== 0 && checksum !== undefined && (checksum & 0xffff) !== sums[i]
  )
  if (wrong < 0) return signals.every(({ checksum }) => checksum === undefined)
  if (signals.some(({ checksum }) => checksum)) {
    throw new AppError('DECODE_FAILED', { reason: 'checksum', at: `signal ${wrong + 1}` })
  }
  return true
}
