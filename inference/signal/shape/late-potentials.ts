import { butterworth } from '../filter/butterworth.ts'
import { runSections, type Section } from '../filter/sections.ts'

export interface LatePotentials {
  /** Filtered QRS duration, ms. */
  qrsMs: number
  /** Time at the end of the filtered QRS below 40 uV, ms. */
  las40Ms: number
  /** Root mean square over the last 40 ms of the filtered QRS, uV. */
  rms40Uv: number
  /** Root mean square of the vector magnitude in the quietest 40 ms behind QRS, uV. */
  noiseUv: number
}

const BAND = { lowHz: 40, highHz: 250 }
const WINDOW_MS = 40
const LOW_UV = 40
/** Running mean that looks for the edges of QRS, ms. */
const EDGE_MS = 5

/**
 * Late potentials of an averaged beat: 40-250 Hz, bidirectional filter, vector magnitude of the orthogonal leads (Simson MB
 * 1981, Circulation 64:235; limits and definitions: Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481).
 *
 * QRS ends where, coming from the quiet part of ST, the mean over 5 ms first exceeds the noise's mean by three standard
 * deviations; it begins likewise, coming from the PR segment. Bidirectional: what lies before the middle of QRS is filtered
 * forward in time, what lies behind it backward, so that the ringing of QRS does not run over its edges.
 *
 * Deviations: X, Y, Z come from the 12 leads by Kors' matrix, not from Frank electrodes; the beat is a median, not a mean.
 *
 * @param xyz the orthogonal leads of the beat in mV, at 1000 Hz or more
 * @param qrs QRS onset and offset of the unfiltered beat, sample numbers
 * @returns undefined when the beat ends less than 100 ms behind QRS
 */
export function latePotentials(
  xyz: readonly Float64Array[],
  { qrs, rateHz }: { qrs: { from: number; to: number }; rateHz: number }
): LatePotentials | undefined {
  const samples = (ms: number): number => Math.round((ms * rateHz) / 1000)
  const length = xyz[0]?.length ?? 0
  const end = Math.ceil(qrs.to)
  if (end + samples(100) > length || qrs.from < samples(WINDOW_MS)) return undefined
  const magnitude = magnitudeUv(xyz, Math.round((qrs.from + qrs.to) / 2), rateHz)
  const quiet = quietest(magnitude, {
    from: end + samples(20),
    to: Math.min(length, end + samples(150)),
    width: samples(WINDOW_MS)
  })
  const limit = quiet.mean + 3 * quiet.deviation
  const edge = Math.max(1, samples(EDGE_MS))
  const offset = lastAbove(magnitude, { from: quiet.from, to: Math.round((qrs.from + qrs.to) / 2), limit, width: edge })
  const onset = firstAbove(magnitude, {
    from: Math.floor(qrs.from) - samples(WINDOW_MS),
    to: offset,
    limit,
    width: edge
  })
  let low = offset
  while (low > onset && magnitude[low]! < LOW_UV) low--
  const from = Math.max(onset, offset - samples(WINDOW_MS) + 1)
  return {
    qrsMs: ((offset - onset) * 1000) / rateHz,
    las40Ms: ((offset - low) * 1000) / rateHz,
    rms40Uv: rootMeanSquare(magnitude, from, offset + 1),
    noiseUv: quiet.rms
  }
}

function magnitudeUv(xyz: readonly Float64Array[], middle: number, rateHz: number): Float64Array {
  // A corner has to lie below half the rate; at 1000 Hz it does with room to spare.
  const sections = butterworth(4, BAND, rateHz)
  const squares = new Float64Array(xyz[0]!.length)
  for (const lead of xyz) {
    const filtered = bidirectional(lead, middle, sections)
    for (let i = 0; i < squares.length; i++) squares[i]! += filtered[i]! ** 2
  }
  return squares.map((square) => Math.sqrt(square) * 1000)
}

function bidirectional(lead: Float64Array, middle: number, sections: readonly Section[]): Float64Array {
  const forward = lead.slice()
  runSections(sections, forward)
  const backward = lead.slice().reverse()
  runSections(sections, backward)
  backward.reverse()
  forward.set(backward.subarray(middle), middle)
  return forward
}

function quietest(
  magnitude: Float64Array,
  { from, to, width }: { from: number; to: number; width: number }
): { from: number; mean: number; deviation: number; rms: number } {
  let best = { from, mean: 0, deviation: 0, rms: Number.POSITIVE_INFINITY }
  for (let start = from; start + width <= to; start += Math.max(1, width >> 3)) {
    const rms = rootMeanSquare(magnitude, start, start + width)
    if (rms >= best.rms) continue
    let mean = 0
    for (let i = start; i < start + width; i++) mean += magnitude[i]! / width
    best = { from: start, mean, deviation: Math.sqrt(Math.max(0, rms ** 2 - mean ** 2)), rms }
  }
  return best
}

function rootMeanSquare(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]! ** 2
  return Math.sqrt(sum / (to - from))
}

/** Going back in time from `from`: the last sample of the first window whose mean exceeds the limit. */
function lastAbove(
  magnitude: Float64Array,
  { from, to, limit, width }: { from: number; to: number; limit: number; width: number }
): number {
  for (let last = from; last > to; last--) if (meanOf(magnitude, last - width + 1, last + 1) > limit) return last
  return to
}

/** Going on in time from `from`: the first sample of the first window whose mean exceeds the limit. */
function firstAbove(
  magnitude: Float64Array,
  { from, to, limit, width }: { from: number; to: number; limit: number; width: number }
): number {
  for (let first = Math.max(0, from); first < to; first++)
    if (meanOf(magnitude, first, first + width) > limit) return first
  return to
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]!
  return sum / (to - from)
}
