import type { ClassedBeat, Delineation, MedianBeat } from '../signal/delineation.ts'
import { alignedAt } from '../signal/median-beat/align.ts'
import { medianBeat } from '../signal/median-beat/median-beat.ts'
import { levelBefore } from '../signal/shape/level-before.ts'
import { exchangedSegment } from './exchanged-segment.ts'
import type { Contribution } from './occlusion.ts'
import { type TimedBeat, timedBeat, USUAL_SEGMENTS, type UsualSegment } from './timed-beat.ts'

/** One lead with its beats; positions count in `samples`. */
export interface BeatsOfLead {
  /** mV, no missing samples. */
  samples: Float64Array
  rateHz: number
  /** Classes of the delineation's beats, same order. */
  beats: readonly ClassedBeat[]
  delineation: Delineation
}

/** A contribution that a usual segment brought to light. */
export type UsualContribution = Contribution & { segment: UsualSegment }

/** In and around QRS the single beat passes into the median beat over this. */
const QRS_RAMP_S = 0.008

/**
 * How far a score falls when a segment of all beats is what it usually is in this person: P with its timing, QRS, ST or T of the
 * median beat of an earlier tracing. Where `occlusion` asks what the model makes of a beat without a T, this asks what it makes of
 * the *change* of T. It was made because a straight line in place of QRS is itself a grave finding, and taking away a P that is
 * flat already shows nothing (training/pocket-k/occlusion.py asks both of planted changes).
 *
 * Heart rate is not accounted for: at another rate T lies elsewhere, and that counts as its change.
 *
 * A score that has reached its end falls by nothing when one of several grave changes is taken back. Then it is asked from below, in a
 * second batch: how far the score of the person's usual beats rises by each change alone.
 *
 * @param lead the tracing that is explained @param earlier the same person's, of any rate
 * @param score scores of a batch of recordings (their one lead), in its order: a logit, so that drops are comparable
 * @param ceiling where the scale of the score ends
 * @returns the largest fall (rise) first, at most four; undefined where either tracing has too few beats of one shape
 */
export async function usualContributions(
  lead: BeatsOfLead,
  earlier: BeatsOfLead,
  score: (batch: Float64Array[][]) => Promise<number[]>,
  ceiling = Number.POSITIVE_INFINITY
): Promise<UsualContribution[] | undefined> {
  const usual = medianOf(earlier)
  const beat = usual && presentBeat(lead)
  if (!beat) return undefined
  const parts = USUAL_SEGMENTS.filter((segment) => exchangedSegment(segment, beat.timed, usual.timed))
  if (parts.length === 0) return undefined
  const exchanged = (segments: readonly UsualSegment[]) => [withUsual(segments, lead, beat, usual.timed)]
  const ranked = (of: (part: number) => number): UsualContribution[] =>
    parts.map((segment, i) => ({ segment, drop: of(i) })).sort((a, b) => b.drop - a.drop)

  const [whole, ...without] = await score([[lead.samples], ...parts.map((segment) => exchanged([segment]))])
  if (whole! < ceiling) return ranked((i) => whole! - without[i]!)
  const others = parts.map((segment) => parts.filter((other) => other !== segment))
  const [none, ...alone] = await score([exchanged(parts), ...others.map(exchanged)])
  return ranked((i) => alone[i]! - none!)
}

/** The beats that are like each other, and their median. */
export interface PresentBeat {
  median: MedianBeat
  timed: TimedBeat
  /** QRS onset of each beat of the dominant shape, also of those that the ends cut; sample numbers. */
  onsets: number[]
}

/** @returns undefined where fewer than five beats are alike, or their QRS shows no edges */
export function presentBeat(lead: BeatsOfLead): PresentBeat | undefined {
  const found = medianOf(lead)
  if (!found) return undefined
  const alike = lead.beats.filter(({ template, kind }) => template === 0 && kind === 'normal')
  const at = alignedAt(
    [lead.samples],
    alike.map((beat) => Math.round(beat.at)),
    lead.rateHz
  )
  const start = found.median.leads[0]!.qrs!.onset! - found.median.fiducial
  return { ...found, onsets: at.map((fiducial) => fiducial + start) }
}

function medianOf({ samples, rateHz, beats, delineation }: BeatsOfLead) {
  const median = medianBeat([samples], { rateHz, beats, delineation })
  const timed = median && timedBeat(median)
  return median && timed ? { median, timed } : undefined
}

/**
 * The lead with segments of all beats of the dominant shape exchanged (`exchangedSegment`), one after the other; other beats stay. The
 * difference of two median beats is added, so that noise, wander and what varies from beat to beat stay. In QRS, where a shift of one
 * millisecond is a large residue, the median beat itself stands in the place of the single one.
 *
 * @param segments in the order of time; one that a beat does not show is passed over
 * @returns a copy of the samples
 */
export function withUsual(
  segments: readonly UsualSegment[],
  { samples, rateHz }: BeatsOfLead,
  { timed, onsets }: PresentBeat,
  usual: TimedBeat
): Float64Array {
  const exchange = segments.reduce((beat, segment) => exchangedSegment(segment, beat, usual) ?? beat, timed)
  const out = Float64Array.from(samples)
  const qrsEnd = Math.max(timed.limits.qrs![1], usual.limits.qrs![1]) + 2 * QRS_RAMP_S
  // All onsets lie equally far from a sample, so that one table serves every beat.
  const [first] = onsets
  const shift = first === undefined ? 0 : Math.ceil(first) - first
  const from = Math.ceil(exchange.from * rateHz)
  const table = Array.from({ length: Math.floor(exchange.to * rateHz) - from }, (_, k) => {
    const time = (from + k + shift) / rateHz
    const inside = segments.includes('qrs')
      ? ramp((time + QRS_RAMP_S) / QRS_RAMP_S, (qrsEnd - time) / (2 * QRS_RAMP_S))
      : 0
    const present = timed.at(time)
    return { change: exchange.at(time) - present, inside, present }
  })
  for (const onset of onsets) {
    const level = levelBefore(samples, { onset, rateHz })
    for (const [k, { change, inside, present }] of table.entries()) {
      const i = Math.ceil(onset) + from + k
      const added = inside > 0 ? change - inside * (samples[i]! - level - present) : change
      // Beyond the recording, and where a median beat has no value (a gap in most beats), there is nothing to exchange.
      if (i >= 0 && i < out.length && Number.isFinite(added)) out[i]! += added
    }
  }
  return out
}

const ramp = (up: number, down: number): number => Math.min(1, Math.max(0, up)) * Math.min(1, Math.max(0, down))
