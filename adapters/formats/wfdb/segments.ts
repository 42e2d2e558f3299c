import { AppError } from '../../../core/errors/app-error.ts'
import { parseHeader, type WfdbHeader, type WfdbSegment } from './header.ts'
import { type PhysicalSignal, toPhysical } from './physical.ts'
import { digitalSamples, type RecordFile } from './samples.ts'

/** A segment that has samples: its own header and where its first frame stands in the record. */
export interface PlacedSegment {
  header: WfdbHeader
  firstFrame: number
  frames: number
  /** Place of each signal of the record in this segment; -1: the segment does not hold it. */
  members: number[]
}

export interface SegmentPlan {
  /** Signal lines that say what the record holds: the layout, or the first segment of a fixed-layout record. */
  layout: WfdbHeader
  placed: PlacedSegment[]
  frames: number
}

/**
 * Where the segments of a record stand (WFDB header(5), "Segment specification lines"). Variable layout: the first
 * segment has length 0 and names the signals, every other one holds some of them, known again by their names. Fixed
 * layout: all segments hold the same signals in the same order. '~' is a gap.
 *
 * @param headerOf text of the header of a segment
 * @throws AppError DECODE_FAILED reason `file-missing`, `segments`
 */
export function planSegments(
  header: WfdbHeader,
  segments: readonly WfdbSegment[],
  headerOf: (segment: string) => string
): SegmentPlan {
  const read = (index: number): WfdbHeader => {
    const segment = parseHeader(headerOf(segments[index]!.name))
    if (segment.segments || segment.rateHz !== header.rateHz) throw broken(index)
    return segment
  }
  const isVariable = segments[0]!.length === 0
  const first = segments.findIndex(({ name }) => name !== '~')
  if (first < 0) throw broken(0)
  const layout = read(isVariable ? 0 : first)
  const placed: PlacedSegment[] = []
  let frames = 0
  for (let index = isVariable ? 1 : 0; index < segments.length; index++) {
    const { name, length } = segments[index]!
    if (name !== '~' && length > 0) {
      const segment = read(index)
      if (segment.length !== 0 && segment.length !== length) throw broken(index)
      placed.push({
        header: { ...segment, length },
        firstFrame: frames,
        frames: length,
        members: layout.signals.map((signal, place) => {
          const member = isVariable ? segment.signals.findIndex((one) => one.name === signal.name) : place
          const found = segment.signals[member]
          if (isVariable ? found && found.samplesPerFrame !== signal.samplesPerFrame : !isSame(found, signal))
            throw broken(index)
          return member
        })
      })
    }
    frames += length
  }
  if (header.length !== 0 && header.length !== frames) throw broken(0)
  return { layout, placed, frames }
}

/**
 * All segments one behind the other. Each segment's own gain counts; the resolution is the finest of a signal.
 *
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN, MESSAGE_TOO_LARGE
 */
export function joinSegments(
  header: WfdbHeader,
  segments: readonly WfdbSegment[],
  file: RecordFile,
  { maxSamples }: { maxSamples: number }
): { signals: PhysicalSignal[]; frames: number; withoutChecksums: boolean } {
  const { layout, placed, frames } = planSegments(header, segments, (name) => {
    const bytes = file(`${name}.hea`)
    if (!bytes) throw new AppError('DECODE_FAILED', { reason: 'file-missing', at: 'segment header' })
    return Buffer.from(bytes).toString('utf8')
  })
  const perFrame = layout.signals.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0)
  if (frames * perFrame > maxSamples) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'samples' })
  const signals = layout.signals.map((signal, i) => ({
    ...toPhysical(signal, new Int32Array(0), `signal ${i + 1}`),
    samples: new Float64Array(frames * signal.samplesPerFrame).fill(Number.NaN)
  }))
  const resolutions = signals.map((): number[] => [])
  let withoutChecksums = false
  for (const segment of placed) {
    const digital = digitalSamples(segment.header, file, { maxSamples })
    withoutChecksums ||= digital.withoutChecksums
    for (const [index, member] of segment.members.entries()) {
      if (member < 0) continue
      const at = `signal ${index + 1}`
      const part = toPhysical(segment.header.signals[member]!, digital.signals[member]!, at)
      const whole = signals[index]!
      if (part.lead.unit !== whole.lead.unit) throw new AppError('UNIT_UNKNOWN', { at })
      whole.samples.set(part.samples, segment.firstFrame * whole.samplesPerFrame)
      resolutions[index]!.push(part.lead.resolution)
    }
  }
  for (const [index, { lead }] of signals.entries()) {
    if (resolutions[index]!.length > 0) lead.resolution = Math.min(...resolutions[index]!)
  }
  return { signals, frames, withoutChecksums }
}

const isSame = (
  a: { name: string; samplesPerFrame: number } | undefined,
  b: { name: string; samplesPerFrame: number }
): boolean => a?.name === b.name && a.samplesPerFrame === b.samplesPerFrame

const broken = (index: number): AppError =>
  new AppError('DECODE_FAILED', { reason: 'segments', at: `segment ${index + 1}` })
