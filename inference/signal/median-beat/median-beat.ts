import { median } from '../delineate/median.ts'
import { ordered } from '../delineate/ordered.ts'
import type { BeatWaves, ClassedBeat, Delineation, MedianBeat, WaveMark } from '../delineation.ts'
import { alignedAt } from './align.ts'

/** Fewer beats make no median beat (specs 01 section 2: beats-too-few). */
const FEWEST_BEATS = 5
/** Correlation from which on a beat is like its template (specs 01 section 4 (c)). */
const ALIKE = 0.9
/** More beats than this do not make the median better, but cost time and memory: those spread evenly are taken. */
const MOST_BEATS = 100
/** What lies before and after the fiducial: these seconds, or this part of RR where that is shorter. */
const BEFORE = { s: 0.36, part: 0.42 }
const AFTER = { s: 0.64, part: 0.68 }
/** A peak of the median beat lies within this of the median of the peaks of its beats. */
const NEAR_PEAK_S = 0.012

/**
 * The median of the beats of the dominant shape: sample by sample over the beats, each aligned by its QRS and laid on its
 * own PR level. The median leaves out what a single beat has (ectopy, movement), where a mean would smear it in; it costs
 * a factor 1.25 in noise against the mean of as many beats.
 *
 * Marks: for each lead, the median over the averaged beats of where the given delineation has them, seen from the
 * aligned fiducial; peaks then move to the extremum of the median trace within 12 ms. Global marks: the same median over
 * the global marks of the beats. The marks therefore come from the same path (classical, network, fused) as those of the
 * single beats. A wave that most of the beats lack is absent.
 *
 * @param leads leads[i]: Float64Array of lead i in mV, NaN where missing
 * @param beats classes of the beats of `delineation`, same order
 * @returns undefined where fewer than five beats of the dominant shape lie whole in the recording
 */
export function medianBeat(
  leads: readonly Float64Array[],
  { rateHz, beats, delineation }: { rateHz: number; beats: readonly ClassedBeat[]; delineation: Delineation }
): MedianBeat | undefined {
  const rr = median(beats.flatMap(({ rrMs }) => rrMs ?? [])) / 1000 || 1
  const fiducial = Math.round(Math.min(BEFORE.s, BEFORE.part * rr) * rateHz)
  const length = fiducial + Math.round(Math.min(AFTER.s, AFTER.part * rr) * rateHz)
  const size = leads[0]?.length ?? 0
  const whole = beats.flatMap(({ at, kind, template, correlation }, beat) => {
    const from = Math.round(at) - fiducial
    // A beat aligned later by a few samples must still fit.
    const fits = from >= rateHz * 0.02 && from + length + rateHz * 0.02 <= size
    const isDominant = template === 0 && correlation >= ALIKE && (kind === 'normal' || kind === 'paced')
    return isDominant && fits ? [beat] : []
  })
  if (whole.length < FEWEST_BEATS) return undefined
  const chosen = evenly(whole, MOST_BEATS)
  const at = alignedAt(
    leads,
    chosen.map((beat) => Math.round(beats[beat]!.at)),
    rateHz
  )
  const onsets = chosen.map((beat, i) => delineation.global[beat]?.qrs?.onset ?? at[i]! - 0.04 * rateHz)
  const traces = leads.map((lead) =>
    at.map((peak, i) => levelled(lead, { from: peak - fiducial, length, onset: onsets[i]!, rateHz }))
  )
  const samples = traces.map((beatsOfLead) => medianTrace(beatsOfLead, length))
  const marks = delineation.leads.map((lead, i) =>
    wavesOf(
      chosen.map((beat, j) => ({ waves: lead[beat] ?? {}, from: at[j]! - fiducial })),
      { length, trace: samples[i]!, near: Math.round(NEAR_PEAK_S * rateHz) }
    )
  )
  return {
    rateHz,
    samples,
    fiducial,
    leads: marks,
    global: ordered(
      wavesOf(
        chosen.map((beat, j) => ({ waves: delineation.global[beat] ?? {}, from: at[j]! - fiducial })),
        { length }
      )
    ),
    beats: chosen,
    noiseMv: traces.map((beatsOfLead, i) => noiseOf(beatsOfLead, { trace: samples[i]!, waves: marks[i]! }))
  }
}

/** At most `most` of the values, spread evenly over them. */
function evenly(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values]
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!)
}

/** One beat of one lead with its level just before QRS (8 to 24 ms, the end of the PR segment) at 0. */
function levelled(
  lead: Float64Array,
  { from, length, onset, rateHz }: { from: number; length: number; onset: number; rateHz: number }
): Float64Array {
  let sum = 0
  let n = 0
  for (let i = Math.round(onset - 0.024 * rateHz); i <= onset - 0.008 * rateHz; i++) {
    const value = lead[i]
    if (value === undefined || !Number.isFinite(value)) continue
    sum += value
    n++
  }
  const level = n > 0 ? sum / n : Number.NaN
  const beat = lead.slice(from, from + length)
  for (let i = 0; i < beat.length; i++) beat[i] = beat[i]! - level
  return beat
}

/** Sample by sample the median of the beats that have it; NaN where fewer than half do. */
function medianTrace(beats: readonly Float64Array[], length: number): Float64Array {
  const column = new Float64Array(beats.length)
  const out = new Float64Array(length).fill(Number.NaN)
  for (let i = 0; i < length; i++) {
    let n = 0
    for (const beat of beats) if (Number.isFinite(beat[i]!)) column[n++] = beat[i]!
    if (n * 2 < beats.length || n === 0) continue
    const sorted = column.subarray(0, n).sort()
    out[i] = n % 2 === 1 ? sorted[n >> 1]! : (sorted[(n >> 1) - 1]! + sorted[n >> 1]!) / 2
  }
  return out
}

function wavesOf(
  beats: readonly { waves: BeatWaves; from: number }[],
  { length, trace, near = 0 }: { length: number; trace?: Float64Array; near?: number }
): BeatWaves {
  const out: BeatWaves = {}
  for (const wave of ['p', 'qrs', 't'] as const) {
    const marks = beats.flatMap(({ waves, from }) => (waves[wave] ? [{ mark: waves[wave], from }] : []))
    if (marks.length * 2 <= beats.length) continue
    const middle = (edge: 'onset' | 'peak' | 'offset'): number | undefined => {
      const found = marks.flatMap(({ mark, from }) => (mark[edge] === undefined ? [] : mark[edge] - from))
      const at = found.length * 2 > beats.length ? median(found) : undefined
      return at === undefined || at < 0 || at > length - 1 ? undefined : at
    }
    const peak = middle('peak')
    if (peak === undefined) continue
    const onset = middle('onset')
    const offset = middle('offset')
    const isNetwork = marks.filter(({ mark }) => mark.path === 'network').length * 2 > marks.length
    const mark: WaveMark = {
      peak: trace ? extremumNear(trace, { peak, onset, offset, near }) : peak,
      path: isNetwork ? 'network' : 'classical'
    }
    if (onset !== undefined) mark.onset = onset
    if (offset !== undefined) mark.offset = offset
    out[wave] = mark
  }
  return out
}

/** The sample near `peak` that stands farthest from the line between the wave's edges, on the side of the peak. */
function extremumNear(
  trace: Float64Array,
  {
    peak,
    onset = peak - 1,
    offset = peak + 1,
    near
  }: { peak: number; onset: number | undefined; offset: number | undefined; near: number }
): number {
  const at = (i: number): number => trace[Math.max(0, Math.min(trace.length - 1, Math.round(i)))]!
  const height = (i: number): number =>
    at(i) - (at(onset) + ((at(offset) - at(onset)) * (i - onset)) / (offset - onset || 1))
  const sign = Math.sign(height(peak)) || 1
  let best = Math.round(peak)
  for (let i = Math.ceil(Math.max(onset, peak - near)); i <= Math.min(offset, peak + near); i++)
    if (sign * height(i) > sign * height(best)) best = i
  return best
}

/**
 * Standard error of the median's samples where the heart is at rest: the spread of the beats about the median there, over
 * the root of their number, times 1.253 (the median's loss against the mean for normal noise).
 */
function noiseOf(beats: readonly Float64Array[], { trace, waves }: { trace: Float64Array; waves: BeatWaves }): number {
  const from = Math.max(0, Math.min(Math.ceil(waves.t?.offset ?? trace.length * 0.85), trace.length - 2))
  let squares = 0
  let n = 0
  for (const beat of beats) {
    let count = 0
    let sum = 0
    let own = 0
    for (let i = from; i < trace.length; i++) {
      const away = beat[i]! - trace[i]!
      if (!Number.isFinite(away)) continue
      count++
      sum += away
      own += away * away
    }
    if (count === 0) continue
    squares += own - (sum * sum) / count
    n += count - 1
  }
  return n > 0 ? (1.253 * Math.sqrt(Math.max(0, squares) / n)) / Math.sqrt(beats.length) : Number.NaN
}
