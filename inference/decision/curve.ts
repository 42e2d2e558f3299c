import { AppError } from '../../core/errors/app-error.ts'
import { objectOf } from './site-json.ts'

/**
 * One curve of a model's `curve.json`: sensitivity and specificity of every cut, from predictions on cases that the model
 * was not fitted on. Thresholds are on the scale of the model's own calibrated probability (`calibrated(..)`), before any
 * prior shift or site calibration; at or above the cut is positive.
 */
export interface OperatingCurve {
  label: string
  /** Name of the data and how they were kept apart. */
  data: string
  n: number
  positives: number
  /** Rising thresholds; sensitivity does not rise with them, specificity does not fall. */
  points: { threshold: number; sensitivity: number; specificity: number }[]
}

/**
 * The curve of a label out of the asset `curve.json`; undefined when it has none of that label.
 * @throws AppError MODEL_UNAVAILABLE reason `asset`, at `curves.<label>`: not in the shape above
 */
export function curveOf(asset: unknown, label: string): OperatingCurve | undefined {
  const curves = objectOf(asset)?.['curves']
  const found = Array.isArray(curves) ? curves.map(objectOf).find((curve) => curve?.['label'] === label) : undefined
  if (!found) return undefined
  if (!isCurve(found)) throw new AppError('MODEL_UNAVAILABLE', { reason: 'asset', at: `curves.${label}` })
  return found
}

function isCurve(value: unknown): value is OperatingCurve {
  const { data, n, positives, points } = value as Partial<OperatingCurve>
  if (typeof data !== 'string' || !Number.isInteger(n) || !Number.isInteger(positives)) return false
  if (!Array.isArray(points) || points.length === 0) return false
  return points.every((point, i) => {
    const parts = [point?.threshold, point?.sensitivity, point?.specificity]
    if (!parts.every((part) => typeof part === 'number' && part >= 0 && part <= 1)) return false
    const before = points[i - 1]
    return (
      !before ||
      (before.threshold < point.threshold &&
        before.sensitivity >= point.sensitivity &&
        before.specificity <= point.specificity)
    )
  })
}
