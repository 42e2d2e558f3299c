import { AppError } from '../../core/errors/app-error.ts'
import type { ModelManifest } from '../../core/model.ts'

/** `ood.json` of a model folder: where its training data lie in embedding space. */
export interface OodAsset {
  statistic: 'mahalanobis'
  /** Mean embedding, d values. */
  mean: number[]
  /** d x d; W'W is the inverse covariance, so that |W (e - mean)| is the Mahalanobis distance. */
  whitening: number[][]
}

export type OodVerdict = 'inside' | 'limited' | 'outside'

/**
 * How far an embedding lies from the data that the model was trained on: |W (e - mean)| (Mahalanobis 1936; specs README
 * section H). In the units of one standard deviation of the training data.
 *
 * @example oodDistance(Float32Array.of(3, 4), { statistic: 'mahalanobis', mean: [0, 0], whitening: [[1, 0], [0, 1]] }) // 5
 * @param embedding d values, one recording
 * @param asset parsed `ood.json`, as `models.asset` gives it
 * @throws AppError MODEL_UNAVAILABLE reason `ood` when the asset has another form or size than the embedding; INFERENCE_FAILED
 *   reason `output` when the embedding holds what is no number
 */
export function oodDistance(embedding: Float32Array, asset: unknown): number {
  const { mean, whitening } = oodAsset(asset, embedding.length)
  const centred = Float64Array.from(embedding, (value, i) => value - mean[i]!)
  let squares = 0
  for (const row of whitening) {
    let sum = 0
    for (let i = 0; i < centred.length; i++) sum += row[i]! * centred[i]!
    squares += sum * sum
  }
  if (!Number.isFinite(squares)) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  return Math.sqrt(squares)
}

/** Above the 99 % point of the training data: limited; above the 99.9 % point: outside. A model without the points: inside. */
export function oodVerdict(distance: number, limits: ModelManifest['ood']): OodVerdict {
  if (!limits) return 'inside'
  return distance > limits.p999 ? 'outside' : distance > limits.p99 ? 'limited' : 'inside'
}

const checked = new WeakSet<object>()

/** The asset as typed, its sizes checked once: it is the same object for every run of a worker. */
function oodAsset(asset: unknown, width: number): OodAsset {
  const typed = asset as OodAsset
  if (typeof asset === 'object' && asset !== null && checked.has(asset) && typed.mean.length === width) return typed
  const isRow = (row: unknown): row is number[] =>
    Array.isArray(row) && row.length === width && row.every((value) => Number.isFinite(value))
  const fits =
    typed?.statistic === 'mahalanobis' &&
    isRow(typed.mean) &&
    Array.isArray(typed.whitening) &&
    typed.whitening.length > 0 &&
    typed.whitening.every(isRow)
  if (!fits) throw new AppError('MODEL_UNAVAILABLE', { reason: 'ood' })
  checked.add(typed)
  return typed
}
