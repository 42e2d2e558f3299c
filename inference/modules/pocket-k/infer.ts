import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelManifest, Models, Tensor } from '../../../core/model.ts'
import { expit, logit } from '../../decision/index.ts'
import { ROLE } from './manifest.ts'
import { LABELS, type Label, type Probabilities } from './types.ts'

/** Probabilities nearer to 0 or 1 have no finite log odds in single precision. */
const CLIP = 1e-6

/** What the model says of one clip, before any calibration. */
export interface ClipOutput {
  /** By label, as the graph gives them (a logit as its probability). */
  probabilities: Probabilities
  /** mmol/L, where the model estimates potassium. */
  mean?: number
  sigma?: number
  embedding?: Float32Array
}

/** Whether the model compares a tracing with a reference: it then has the inputs `ref` and `ref_flag` (specs 02 section 4). */
export const takesReference = ({ inputs }: ModelManifest): boolean =>
  ['ref', 'ref_flag'].every((wanted) => inputs.some(({ name }) => name === wanted))

/**
 * What the model says of each clip. A model that takes a reference gets that of the clip's place in `references`, or zeros with
 * flag 0; a model that takes none (the published form, one input) is asked without.
 *
 * @param clips [n, 1, samples], prepared
 * @param references n embeddings, undefined for none; absent: none of the clips has one
 * @throws AppError INFERENCE_FAILED reason `output` when a probability is no number in 0..1, or a mean or sigma no number
 */
export async function infer(
  clips: Tensor,
  models: Models,
  references: readonly (Float32Array | undefined)[] = []
): Promise<ClipOutput[]> {
  const manifest = models.manifest(ROLE)
  const name = manifest.inputs.find(({ shape }) => shape.length === 3)?.name ?? 'ecg'
  const count = clips.dims[0]!
  const inputs = { [name]: clips, ...(takesReference(manifest) ? referenceInputs(manifest, count, references) : {}) }
  return readOutputs(manifest, await models.infer(ROLE, inputs), count)
}

function referenceInputs(
  manifest: ModelManifest,
  count: number,
  references: readonly (Float32Array | undefined)[]
): Record<string, Tensor> {
  const width = Number(manifest.inputs.find(({ name }) => name === 'ref')?.shape.at(-1))
  const [ref, flag] = [new Float32Array(count * width), new Float32Array(count)]
  for (const [clip, embedding] of references.entries()) {
    if (!embedding) continue
    if (embedding.length !== width) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
    ref.set(embedding, clip * width)
    flag[clip] = 1
  }
  return { ref: { dims: [count, width], data: ref }, ref_flag: { dims: [count, 1], data: flag } }
}

/** The manifest says which column is which label, and which output is what: an order is never assumed. */
export function readOutputs(manifest: ModelManifest, outputs: Record<string, Tensor>, count: number): ClipOutput[] {
  const rows = (role: string): Float32Array[] | undefined => {
    const declared = manifest.outputs.find((output) => output.role === role)
    const data = declared && outputs[declared.name]?.data
    if (!data) return undefined
    const width = data.length / count
    return Array.from({ length: count }, (_, clip) => data.slice(clip * width, (clip + 1) * width))
  }
  const isLogit = manifest.outputs.every(({ role }) => role !== 'probability')
  const labels = manifest.outputs.find(({ role }) => role === (isLogit ? 'logit' : 'probability'))?.labels ?? []
  const said = rows(isLogit ? 'logit' : 'probability')
  const [means, logSigmas, embeddings] = [rows('mean'), rows('logSigma'), rows('embedding')]
  if (!said || labels.length === 0) throw wrongOutput()
  return said.map((row, clip) => {
    const [mean, logSigma, embedding] = [means?.[clip]?.[0], logSigmas?.[clip]?.[0], embeddings?.[clip]]
    const isEstimated = mean !== undefined && logSigma !== undefined
    if (isEstimated && !(Number.isFinite(mean) && Number.isFinite(logSigma))) throw wrongOutput()
    return {
      probabilities: probabilitiesOf(row, labels, isLogit),
      ...(isEstimated ? { mean, sigma: Math.exp(logSigma) } : {}),
      ...(embedding ? { embedding } : {})
    }
  })
}

/** Log odds of a probability as the graph gives it, held where single precision still tells them apart. */
export const logitOf = (probability: number): number => logit(Math.min(1 - CLIP, Math.max(CLIP, probability)))

/** The highest that `logitOf` gives: from there on it does not tell scores apart. */
export const LOGIT_CEILING: number = logitOf(1)

/** Mean of embeddings: that of a strip of several clips. Undefined where the model gives none. */
export function meanEmbedding(clips: readonly ClipOutput[]): Float32Array | undefined {
  const embeddings = clips.flatMap(({ embedding }) => (embedding ? [embedding] : []))
  const [first] = embeddings
  return first?.map((_, i) => embeddings.reduce((sum, one) => sum + one[i]!, 0) / embeddings.length)
}

function probabilitiesOf(row: Float32Array, labels: readonly { key: string }[], isLogit: boolean): Probabilities {
  if (row.length !== labels.length) throw wrongOutput()
  const probabilities: Probabilities = {}
  for (const [column, { key }] of labels.entries()) {
    const value = isLogit ? expit(row[column]!) : row[column]!
    if (!(value >= 0 && value <= 1)) throw wrongOutput()
    if ((LABELS as readonly string[]).includes(key)) probabilities[key as Label] = value
  }
  return probabilities
}

const wrongOutput = () => new AppError('INFERENCE_FAILED', { reason: 'output' })
