import type { Tensor } from '../../../core/model.ts'
import { clipsOf } from '../../signal/clips.ts'
import { resample } from '../../signal/resample.ts'

export const MODEL_RATE_HZ = 500
export const MODEL_SAMPLES = 5000

/**
 * Lead I as the model wants it: 500 Hz, mV, clips of 10 s (three of a 30 s strip, zero-padded from 8 s). All that must
 * match training beyond that (`hb-ecg-1`) lies inside the graph.
 *
 * @returns Tensor [clips, 1, 5000]
 */
export function prepare(lead: { samples: Float64Array; rateHz: number }): Tensor {
  const at500 = resample(lead.samples, { fromHz: lead.rateHz, toHz: MODEL_RATE_HZ })
  const clips = clipsOf(at500, MODEL_SAMPLES)
  const data = new Float32Array(clips.length * MODEL_SAMPLES)
  for (const [i, clip] of clips.entries()) data.set(clip.samples, i * MODEL_SAMPLES)
  return { dims: [clips.length, 1, MODEL_SAMPLES], data }
}
