import { AppError } from '../../core/errors/app-error.ts'

/**
 * Split conformal interval of a mean with its own spread (Lei 2018 section 5.2, locally weighted): mean -/+ quantile x sigma, where
 * `quantile` is that of |truth - mean| / sigma on calibration data, with the finite-sample correction of `conformalQuantile`.
 *
 * @example interval(5, 0.4, 1.5) // [4.4, 5.6]
 * @param sigma above 0, unit of the mean
 * @param quantile `conformal.quantiles` of model.json, 0 or more
 * @throws AppError INFERENCE_FAILED reason `output` when mean or sigma is no such number; MODEL_UNAVAILABLE reason `conformal` when
 *   the quantile is none
 */
export function interval(mean: number, sigma: number, quantile: number): [number, number] {
  if (!Number.isFinite(mean) || !(sigma > 0 && sigma < Infinity)) {
    throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  }
  if (!(quantile >= 0 && quantile < Infinity)) throw new AppError('MODEL_UNAVAILABLE', { reason: 'conformal' })
  return [mean - quantile * sigma, mean + quantile * sigma]
}

/**
 * Split conformal set of a probability per label (Sadinle 2019, least ambiguous sets; each label for itself): `present` is in the
 * set when 1 - p does not exceed the label's quantile, `absent` when p does not. Both: the model abstains on this label. A label
 * without a quantile has no set.
 *
 * @example predictionSet({ a: 0.9, b: 0.5 }, { a: 0.3, b: 0.6 }) // { a: ['present'], b: ['present', 'absent'] }
 * @param probabilities by label, 0..1, calibrated as they were when the quantiles were taken
 * @param quantiles by label: quantile of the nonconformity score 1 - p(true class)
 */
export function predictionSet(
  probabilities: Record<string, number>,
  quantiles: Record<string, number>
): Record<string, ('present' | 'absent')[]> {
  const sets: Record<string, ('present' | 'absent')[]> = {}
  for (const [label, p] of Object.entries(probabilities)) {
    const quantile = Object.hasOwn(quantiles, label) ? quantiles[label] : undefined
    if (quantile === undefined) continue
    sets[label] = [...(1 - p <= quantile ? ['present' as const] : []), ...(p <= quantile ? ['absent' as const] : [])]
  }
  return sets
}

/**
 * The quantile of nonconformity scores that covers a new case with probability 1 - alpha: the ceil((n + 1)(1 - alpha))-th smallest
 * (Vovk 2005; Lei 2018 theorem 2.1). Infinity where n is too small for alpha: then nothing can be excluded.
 *
 * @example conformalQuantile(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 0.1) // 9
 */
export function conformalQuantile(scores: Float64Array, alpha: number): number {
  const rank = Math.ceil((scores.length + 1) * (1 - alpha) - 1e-9)
  if (rank > scores.length) return Infinity
  return Float64Array.from(scores).sort()[Math.max(0, rank - 1)]!
}
