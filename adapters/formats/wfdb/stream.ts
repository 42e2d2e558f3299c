import { AppError } from '../../../core/errors/app-error.ts'
import type { Lead } from '../../../core/waveform.ts'
import { parseHeader, type WfdbHeader } from './header.ts'
import { toPhysical } from './physical.ts'
import { type SignalGroup, signalGroups } from './samples.ts'
import { planSegments } from './segments.ts'
import { bytesOf, MISSING, samplesIn } from './signal-formats.ts'

/** Frames of one chunk: half a minute at 500 Hz and more. */
const CHUNK_FRAMES = 16_384

/** Where the files of a record lie, by the names in its header. */
export interface RecordSource {
  text(name: string): Promise<string>
  /** Bytes [from, to) of a file; fewer where it ends. */
  range(name: string, from: number, to: number): Promise<Uint8Array>
}

export interface SignalStream {
  lead: Lead
  rateHz: number
  /** Samples in all; 0 when the header does not say. */
  length: number
  /** Samples in the unit of the lead, NaN where one is missing; each chunk follows the one before. */
  chunks(): AsyncGenerator<Float64Array>
}

/**
 * One signal of a record of any length, some seconds at a time: memory is bounded by the chunk, whatever the length. A
 * segment that does not hold the signal gives missing samples. Checksums are not held to: they are known only at the end.
 *
 * @param choose place of the signal in the header (that of the layout in a multi-segment record); 0 by default
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN, WAVEFORM_INCONSISTENT (reason `no-waveform`: no such signal)
 */
export async function streamSignal(
  headerText: string,
  source: RecordSource,
  { choose = () => 0, chunkFrames = CHUNK_FRAMES }: { choose?(header: WfdbHeader): number; chunkFrames?: number } = {}
): Promise<SignalStream> {
  const header = parseHeader(headerText)
  const parts = header.segments ? await segmentsOf(header, source) : wholeOf(header)
  const index = choose(parts.layout)
  const signal = parts.layout.signals[index]
  if (!signal) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  const { lead } = toPhysical(signal, new Int32Array(0), `signal ${index + 1}`)
  const perFrame = signal.samplesPerFrame
  return {
    lead,
    rateHz: header.rateHz * perFrame,
    length: parts.frames * perFrame,
    async *chunks() {
      let at = 0
      for (const { header: segment, firstFrame, members } of parts.placed) {
        yield* missing((firstFrame - at) * perFrame, chunkFrames)
        at = firstFrame
        const member = members[index]!
        if (member < 0) yield* missing(segment.length * perFrame, chunkFrames)
        else yield* segmentChunks(segment, member, source, chunkFrames)
        at += segment.length
      }
      if (parts.frames > at) yield* missing((parts.frames - at) * perFrame, chunkFrames)
    }
  }
}

type Parts = ReturnType<typeof planSegments>

const wholeOf = (header: WfdbHeader): Parts => ({
  layout: header,
  frames: header.length,
  placed: [{ header, firstFrame: 0, frames: header.length, members: header.signals.map((_, i) => i) }]
})

async function segmentsOf(header: WfdbHeader, source: RecordSource): Promise<Parts> {
  const texts = new Map<string, string>()
  for (const { name } of header.segments ?? []) {
    if (name !== '~' && !texts.has(name)) texts.set(name, await source.text(`${name}.hea`))
  }
  return planSegments(header, header.segments ?? [], (name) => texts.get(name)!)
}

async function* missing(samples: number, chunk: number): AsyncGenerator<Float64Array> {
  for (let left = samples; left > 0; left -= chunk) yield new Float64Array(Math.min(left, chunk)).fill(Number.NaN)
}

async function* segmentChunks(
  header: WfdbHeader,
  member: number,
  source: RecordSource,
  chunkFrames: number
): AsyncGenerator<Float64Array> {
  const signal = header.signals[member]!
  const group = signalGroups(header.signals).find(({ members }) => members.includes(member))
  if (!group) return yield* missing(header.length * signal.samplesPerFrame, chunkFrames)
  const { samplesPerFrame, skew } = signal
  const offset = group.offsets[group.members.indexOf(member)]!
  // Blocks of samples that share bytes begin where chunks begin.
  const frames = chunkFrames * group.format.block.samples
  let running = signal.initialValue
  for (let first = 0, more = true; more; first += frames) {
    const wanted = header.length === 0 ? frames : Math.min(frames, header.length + skew - first)
    if (wanted <= 0) return
    const flat = await readFrames(group, source, first, wanted)
    const found = flat.length / group.frameSize
    more = found === frames
    if (!more && header.length !== 0 && first + found < header.length) {
      throw new AppError('DECODE_FAILED', { reason: 'truncated' })
    }
    const digital = new Int32Array(found * samplesPerFrame)
    for (let frame = 0, to = 0; frame < found; frame++) {
      for (let k = 0; k < samplesPerFrame; k++, to++) {
        const value = flat[frame * group.frameSize + offset + k]!
        running = group.format.isDifference ? running + value : value
        digital[to] = running === group.format.missing ? MISSING : running
      }
    }
    const skipped = Math.max(0, Math.min(skew - first, found)) * samplesPerFrame
    const { samples } = toPhysical(signal, digital.subarray(skipped), `signal ${member + 1}`)
    if (samples.length > 0) yield samples
    // What a skewed signal lacks at its end.
    if (!more && header.length !== 0) {
      yield* missing((header.length + skew - first - found) * samplesPerFrame, chunkFrames)
    }
  }
}

/** Interleaved samples of whole frames; `first` times the frame is a multiple of the block. */
async function readFrames(
  { file, format, byteOffset, frameSize }: SignalGroup,
  source: RecordSource,
  first: number,
  count: number
): Promise<Int32Array> {
  const from = byteOffset + bytesOf(format, first * frameSize)
  const bytes = await source.range(file, from, from + bytesOf(format, count * frameSize))
  const whole = Math.min(count, Math.floor(samplesIn(format, bytes.length) / frameSize))
  return format.read(bytes, whole * frameSize)
}
