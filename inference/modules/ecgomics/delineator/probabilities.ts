import { AppError } from '../../../../core/errors/app-error.ts'
import type { ModelManifest, Models } from '../../../../core/model.ts'
import { cutWindow, ownerOf, toNetworkRate, WINDOW, windowStarts } from './windows.ts'

export const ROLE = 'ecg-delineator/1'
/** Windows answered in one run: 12 leads x 10 s; the memory of a run stays at some 10 MB for any length. */
const BATCH = 12

export const CLASSES = ['none', 'p', 'qrs', 't'] as const
/** Probability of each class at each sample of 250 Hz; four rows of equal length. */
export type ClassProbabilities = Record<(typeof CLASSES)[number], Float32Array>

/**
 * Asks the delineator of every sample of every lead: none, P, QRS or T.
 *
 * @param leads mV at rateHz, one entry a lead; NaN where missing
 * @returns one entry a lead, at 250 Hz
 * @throws AppError MODEL_UNAVAILABLE (no model for the role), INFERENCE_FAILED reason `output` (other shape or labels)
 */
export async function classProbabilities(
  leads: readonly Float64Array[],
  rateHz: number,
  models: Models
): Promise<ClassProbabilities[]> {
  const order = classOrder(models.manifest(ROLE))
  const resampled = leads.map((lead) => atUsualGain(toNetworkRate(lead, rateHz)))
  const jobs = resampled.flatMap((lead, index) => {
    const starts = windowStarts(lead.length)
    return ownerOf(starts, lead.length).map((owner) => ({ ...owner, index, start: starts[owner.window]! }))
  })
  const answers = resampled.map(({ length }) => emptyAnswer(length))
  for (let first = 0; first < jobs.length; first += BATCH) {
    const batch = jobs.slice(first, first + BATCH)
    const data = new Float32Array(batch.length * WINDOW)
    for (const [row, { index, start }] of batch.entries()) cutWindow(resampled[index]!, start, data, row * WINDOW)
    const { logits } = await models.infer(ROLE, { ecg: { dims: [batch.length, 1, WINDOW], data } })
    if (!logits || logits.data.length !== batch.length * CLASSES.length * WINDOW) {
      throw new AppError('INFERENCE_FAILED', { reason: 'output' })
    }
    for (const [row, { index, start, from, to }] of batch.entries()) {
      const base = row * CLASSES.length * WINDOW
      for (let i = from; i < to; i++) {
        const at = Math.max(0, Math.min(WINDOW - 1, i - start))
        softmaxInto(answers[index]!, i, logits.data, base + at, order)
      }
    }
  }
  return answers
}

/** Mean absolute deviation of a usual lead, mV; under the least one there is no signal to speak of. */
const USUAL_MV = 0.15
const LEAST_MV = 1e-4

/**
 * The lead at the size of a usual one. The graph divides by the size of its window plus a small constant; without this step
 * that constant would let the gain of the recording move an edge (by up to 20 ms in a lead of 0.1 mV).
 */
function atUsualGain(lead: Float64Array): Float64Array {
  const mean = lead.reduce((sum, value) => sum + value, 0) / lead.length
  const size = lead.reduce((sum, value) => sum + Math.abs(value - mean), 0) / lead.length
  return size > LEAST_MV ? lead.map((value) => ((value - mean) * USUAL_MV) / size) : lead
}

/** The row of each class in the output, as the manifest names them. */
function classOrder(manifest: ModelManifest): number[] {
  const labels = manifest.outputs.find(({ name }) => name === 'logits')?.labels?.map(({ key }) => key) ?? []
  const order = CLASSES.map((name) => labels.indexOf(name))
  if (labels.length !== CLASSES.length || order.includes(-1)) {
    throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  }
  return order
}

function emptyAnswer(length: number): ClassProbabilities {
  return {
    none: new Float32Array(length),
    p: new Float32Array(length),
    qrs: new Float32Array(length),
    t: new Float32Array(length)
  }
}

/** Softmax of one sample; written out, since it runs thirty thousand times a tracing. */
function softmaxInto(
  answer: ClassProbabilities,
  sample: number,
  logits: Float32Array,
  at: number,
  order: readonly number[]
): void {
  const none = logits[at + order[0]! * WINDOW]!
  const p = logits[at + order[1]! * WINDOW]!
  const qrs = logits[at + order[2]! * WINDOW]!
  const t = logits[at + order[3]! * WINDOW]!
  const most = Math.max(none, p, qrs, t)
  const a = Math.exp(none - most)
  const b = Math.exp(p - most)
  const c = Math.exp(qrs - most)
  const d = Math.exp(t - most)
  const sum = a + b + c + d
  answer.none[sample] = a / sum
  answer.p[sample] = b / sum
  answer.qrs[sample] = c / sum
  answer.t[sample] = d / sum
}
