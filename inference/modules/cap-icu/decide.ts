import type { Models } from '../../../core/model.ts'
import { curveOf, isCalibrated, type Performance, servedProbability, siteOperatingPoint } from '../../decision/index.ts'
import { ROLE_48H, ROLE_SUPPORT2 } from './manifest.ts'

/** How answers of one role are served at this site. */
export interface Decision {
  /** A probability of the predictor as it is served here. */
  serve(probability: number): number
  calibrated: boolean
  /** Six figures at the site's operating point, where it chose one. */
  performance?: Performance
}

/** Label of the closed loop, which site.json may name. */
export const loopLabelOf = (role: string): string =>
  role === ROLE_48H ? 'death.48h' : role === ROLE_SUPPORT2 ? 'death' : 'death.24h'

/** Label of `hisbundle evaluate`. */
export const labelOf = (role: string): 'death' | '48h' => (role === ROLE_48H ? '48h' : 'death')

/**
 * The local model's calibration, the site's own or its prevalence, and its operating point (specs README section G). A language
 * model has no training prevalence and no curve: its answers are served as they are, as scores.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `asset`, CONFIG_INVALID at `calibration.<label>`
 */
export function decisionOf(
  models: Models,
  role: string,
  { policy, isLocal }: { policy: Record<string, unknown>; isLocal: boolean }
): Decision {
  if (!isLocal) return { serve: (probability) => probability, calibrated: false }
  const label = loopLabelOf(role)
  const at = { label, manifest: models.manifest(role), site: { ...models.site(role), ...policy } }
  const curves = models.asset(role, 'curve.json')
  const performance = siteOperatingPoint(at, curveOf(curves, label) ?? curveOf(curves, labelOf(role)))
  return {
    serve: (probability) => servedProbability(probability, at),
    calibrated: isCalibrated(at),
    ...(performance ? { performance } : {})
  }
}
