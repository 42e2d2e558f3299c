import type { Models } from '../../../core/model.ts'
import { interval, type OodVerdict, oodDistance, oodVerdict } from '../../decision/index.ts'
import type { StripOutput } from './aggregate.ts'
import type { ClipOutput } from './infer.ts'
import { ROLE } from './manifest.ts'
import type { PotassiumEstimate } from './types.ts'

/**
 * How unlike the training data the strip is: the mean over its clips of their distances. A model without the asset, or
 * without an embedding, cannot say: 'inside'.
 */
export function strangeness(outputs: readonly ClipOutput[], models: Models): OodVerdict {
  const { ood } = models.manifest(ROLE)
  const embeddings = outputs.flatMap(({ embedding }) => (embedding ? [embedding] : []))
  if (!ood || embeddings.length === 0) return 'inside'
  const asset = models.asset(ROLE, ood.file)
  const distances = embeddings.map((embedding) => oodDistance(embedding, asset))
  return oodVerdict(distances.reduce((sum, distance) => sum + distance, 0) / distances.length, ood)
}

/** The potassium that would fit the strip with its conformal interval; undefined where the model gives no such interval. */
export function estimateOf({ estimate }: StripOutput, models: Models): PotassiumEstimate | undefined {
  const { conformal } = models.manifest(ROLE)
  const quantile = conformal?.quantiles['interval']
  if (!estimate || !conformal || quantile === undefined) return undefined
  return {
    mean: estimate.mean,
    interval: interval(estimate.mean, estimate.sigma, quantile),
    coverage: 1 - conformal.alpha
  }
}
