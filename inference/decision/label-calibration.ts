import type { ModelManifest } from '../../core/model.ts'
import { objectOf } from './site-json.ts'

/** A label that the model's calibration leaves as it is. */
const AS_IS: ModelManifest['calibration'] = { method: 'temperature', params: { inGraph: true } }

/**
 * The calibration of one label, as `calibrated` reads it. `params` of model.json hold either one set of parameters for all
 * labels, or one set a label under its key; a set may name its own `method`. In the second form a label without a set (one that
 * is never shown) is left as the graph gives it.
 *
 * @example
 * labelCalibration({ method: 'beta', params: { death: { a: 1, b: 1, c: 0 } } }, 'death') // { method: 'beta', params: { a: 1, b: 1, c: 0 } }
 */
export function labelCalibration(
  calibration: ModelManifest['calibration'],
  label: string,
  labels: readonly string[] = [label]
): ModelManifest['calibration'] {
  const { method, params } = calibration
  const own = objectOf(params?.[label])
  if (own) return { method: typeof own['method'] === 'string' ? own['method'] : method, params: own }
  return labels.some((one) => objectOf(params?.[one])) ? AS_IS : calibration
}
