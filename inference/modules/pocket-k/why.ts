import type { Models } from '../../../core/model.ts'
import { occlusion } from '../../explain/occlusion.ts'
import { segmentMeasures } from '../../explain/segment-measures.ts'
import { infer, logitOf } from './infer.ts'
import { ROLE } from './manifest.ts'
import { prepare } from './prepare.ts'
import type { SegmentContribution } from './types.ts'
import type { LeadWaves } from './waves.ts'

const CLIP_SECONDS = 10

/**
 * Which part of the beat made the score: the raw logit of P(K > 5.5) with and without each, on the middle 10 s, in one batch.
 * With a reference the same reference is given, so that what is explained is what is served.
 *
 * @returns the part that raises the score most first. A trace without QRS is unlike anything a model has seen: what it says of
 *   that (far less, mostly) stands last, and is no reason for the score.
 */
export async function why(
  { samples, rateHz, delineation }: LeadWaves,
  models: Models,
  reference: Float32Array | undefined
): Promise<SegmentContribution[]> {
  const manifest = models.manifest(ROLE)
  const size = Math.round(CLIP_SECONDS * rateHz)
  const from = Math.max(0, Math.floor((samples.length - size) / 2))
  const score = async (batch: Float64Array[][]): Promise<number[]> => {
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
  const parts = await occlusion({ leads: [samples], rateHz }, delineation, score)
  return parts.flatMap(({ segment, drop }) =>
    segment ? [{ segment, drop, measured: segmentMeasures(segment, samples, delineation) }] : []
  )
}
