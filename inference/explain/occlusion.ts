import { median } from '../signal/delineate/median.ts'
import type { BeatWaves, Delineation } from '../signal/delineation.ts'
import { levelBefore } from '../signal/shape/level-before.ts'
import { SEGMENTS, type SegmentName, type Span, segmentSpans } from './beat-segments.ts'

/** What is explained: leads of one length, mV. */
export interface OccludedRecording {
  leads: readonly Float64Array[]
  rateHz: number
}

/** What one part of the tracing does to the score. */
export interface Contribution {
  /** Of all beats in all leads at once; absent where a whole lead was taken out. */
  segment?: SegmentName
  /** Place of the lead in the recording; absent where a segment of all leads was taken out. */
  lead?: number
  /** Score with it less score without it: above 0 it speaks for what the score stands for. Scale of `score`. */
  drop: number
}

export interface OcclusionOptions {
  /** Take out each lead as well. Of a recording with one lead this is never done. */
  leads?: boolean
  /** The score of the untouched recording, where it is known; else it is asked for as the first of the batch. */
  base?: number
}

/** Over this length a replaced piece passes into what stands beside it, so that no step is made. */
const BLEND_S = 0.008

/**
 * How far a score falls when a part of the tracing is not there (specs README section I; Zeiler and Fergus 2014, section 4.2,
 * on segments of the beat instead of squares of an image): P, PR, QRS, ST and T, each of all beats and leads at once, and each
 * lead. Works with any model, since it asks only what the model says.
 *
 * What is taken out becomes what the trace would do without it: under P, QRS and T the straight line between the levels at
 * their edges, in PR and ST the beat's level before P or QRS. The specification says 'local baseline' for all; a wave that
 * begins on a raised ST would leave a step behind, which is a finding of its own.
 *
 * Time between waves cannot be taken out: a long PR counts only as far as the trace between P and QRS does.
 *
 * @param recording no missing samples
 * @param delineation of this very recording
 * @param score scores of a batch of recordings (leads of each), in its order: a logit, so that drops are comparable
 * @returns the largest fall first; a segment that no lead shows is left out
 */
export async function occlusion(
  recording: OccludedRecording,
  delineation: Delineation,
  score: (batch: Float64Array[][]) => Promise<number[]>,
  { leads = false, base }: OcclusionOptions = {}
): Promise<Contribution[]> {
  const parts: Omit<Contribution, 'drop'>[] = []
  const batch: Float64Array[][] = base === undefined ? [[...recording.leads]] : []
  for (const segment of SEGMENTS) {
    const without = withoutSegment(segment, recording, delineation)
    if (!without) continue
    parts.push({ segment })
    batch.push(without)
  }
  if (leads && recording.leads.length > 1) {
    for (const lead of recording.leads.keys()) {
      parts.push({ lead })
      batch.push(
        recording.leads.map((samples, i) => (i === lead ? baselineOf(samples, i, recording, delineation) : samples))
      )
    }
  }
  if (parts.length === 0) return []
  const scores = await score(batch)
  const whole = base ?? scores.shift()!
  return parts.map((part, i) => ({ ...part, drop: whole - scores[i]! })).sort((a, b) => b.drop - a.drop)
}

/** The recording without a segment; undefined where no lead shows it. */
function withoutSegment(
  segment: SegmentName,
  recording: OccludedRecording,
  delineation: Delineation
): Float64Array[] | undefined {
  let isSeen = false
  const leads = recording.leads.map((samples, i) => {
    const waves = wavesOf(delineation, i)
    const spans = segmentSpans(segment, waves, delineation.beats, { length: samples.length, rateHz: recording.rateHz })
    if (spans.length === 0) return samples
    isSeen = true
    const baseline = segment === 'pr' || segment === 'st' ? baselineOf(samples, i, recording, delineation) : undefined
    const out = Float64Array.from(samples)
    for (const span of spans) {
      if (baseline) layDown(out, span, baseline, recording.rateHz)
      else drawChord(out, span, samples)
    }
    return out
  })
  return isSeen ? leads : undefined
}

/** Waves that the lead does not show by itself are those of all leads together. */
const wavesOf = ({ leads, global }: Delineation, lead: number): BeatWaves[] =>
  (leads[lead] ?? []).map((own, k) => ({ ...global[k], ...own }))

function drawChord(out: Float64Array, { from, to }: Span, samples: Float64Array): void {
  const [start, end] = [samples[from]!, samples[to - 1]!]
  for (let i = from; i < to; i++) out[i] = start + ((end - start) * (i - from)) / Math.max(1, to - 1 - from)
}

function layDown(out: Float64Array, { from, to }: Span, baseline: Float64Array, rateHz: number): void {
  const blend = Math.max(1, Math.min(Math.round(BLEND_S * rateHz), (to - from) >> 1))
  for (let i = from; i < to; i++) {
    const share = Math.min(1, (Math.min(i - from, to - 1 - i) + 1) / (blend + 1))
    out[i] = share * baseline[i]! + (1 - share) * out[i]!
  }
}

/** Straight lines between the beats' levels before their QRS, as the trace would run with nothing on it. */
function baselineOf(
  samples: Float64Array,
  lead: number,
  { rateHz }: OccludedRecording,
  delineation: Delineation
): Float64Array {
  const knots = wavesOf(delineation, lead).flatMap(({ p, qrs }) => {
    const onset = qrs?.onset ?? p?.onset
    const level = onset === undefined ? Number.NaN : levelBefore(samples, { onset, rateHz })
    return onset === undefined || Number.isNaN(level) ? [] : [{ at: onset, level }]
  })
  const out = new Float64Array(samples.length)
  if (knots.length === 0) return out.fill(median([...samples]))
  let next = 0
  for (let i = 0; i < out.length; i++) {
    while (next < knots.length && knots[next]!.at < i) next++
    const [before, after] = [knots[next - 1], knots[next]]
    if (!before || !after) out[i] = (before ?? after)!.level
    else out[i] = before.level + ((after.level - before.level) * (i - before.at)) / (after.at - before.at)
  }
  return out
}
