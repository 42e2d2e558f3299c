import type { Models } from '../../../core/model.ts'
import type { SegmentName } from '../../explain/beat-segments.ts'
import { occlusion } from '../../explain/occlusion.ts'
import { type SegmentMeasure, segmentMeasures } from '../../explain/segment-measures.ts'
import { usualContributions } from '../../explain/usual-segment.ts'
import { infer, LOGIT_CEILING, logitOf } from './infer.ts'
import { ROLE } from './manifest.ts'
import { prepare } from './prepare.ts'
import type { ReadReference } from './serial.ts'
import type { SegmentContribution } from './types.ts'
import type { LeadWaves } from './waves.ts'

const CLIP_SECONDS = 10

/**
 * Which part of the beat made the score: the raw logit of P(K > 5.5) with and without each, on the middle 10 s, in one batch of
 * at most six. With a reference the same reference is given, so that what is explained is what is served.
 *
 * Where the own reference is there, each part gives way to what it usually is in this person: the drop is what its *change* does
 * (of a score at its end asked from below, in a second batch).
 * Without, to a straight line: only of T does that say anything (figures in the model card). A trace without QRS is
 * unlike anything a model has seen, and a flat P that is taken away changes little.
 *
 * @returns the part that raises the score most first
 */
export async function why(
  waves: LeadWaves,
  models: Models,
  reference: ReadReference | undefined
): Promise<SegmentContribution[]> {
  const score = logitsOf(waves, models, reference?.embedding)
  const usual = reference && (await usualContributions(waves, reference.waves, score, LOGIT_CEILING))
  if (usual) {
    return usual.map(({ segment, drop }) => ({
      segment,
      drop,
      measured: measured(segment, waves),
      usual: measured(segment, reference.waves)
    }))
  }
  const { samples, rateHz, delineation } = waves
  const parts = await occlusion({ leads: [samples], rateHz }, delineation, score)
  return parts.flatMap(({ segment, drop }) =>
    segment ? [{ segment, drop, measured: segmentMeasures(segment, samples, delineation) }] : []
  )
}

/** Of P also the PR interval, which is exchanged with it. */
const measured = (segment: SegmentName, { samples, delineation }: LeadWaves): SegmentMeasure[] => [
  ...segmentMeasures(segment, samples, delineation),
  ...(segment === 'p' ? segmentMeasures('pr', samples, delineation) : [])
]

/** Raw logits of variants of a lead, of their middle 10 s, in one batch. */
function logitsOf({ samples, rateHz }: LeadWaves, models: Models, reference: Float32Array | undefined) {
  const manifest = models.manifest(ROLE)
  const size = Math.round(CLIP_SECONDS * rateHz)
  const from = Math.max(0, Math.floor((samples.length - size) / 2))
  return async (batch: Float64Array[][]): Promise<number[]> => {
    const clips = batch.map(([lead]) => prepare(manifest, { samples: lead!.subarray(from, from + size), rateHz }))
    const [, ...shape] = clips[0]!.dims
    const data = new Float32Array(clips.length * clips[0]!.data.length)
    for (const [i, clip] of clips.entries()) data.set(clip.data, i * clip.data.length)
    const rows = await infer(
      { dims: [clips.length, ...shape], data },
      models,
      clips.map(() => reference)
    )
    return rows.map(({ probabilities }) => logitOf(probabilities['k-gt-5.5'] ?? Number.NaN))
  }
}
