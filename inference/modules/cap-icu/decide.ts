import type { Models } from '../../../core/model.ts'
import {
  curveOf,
  isCalibrated,
  type LabelAtSite,
  type OperatingCurve,
  type Performance,
  servedProbability,
  siteOperatingPoint,
  sitePrevalence,
  trainedPrevalence
} from '../../decision/index.ts'
import { ROLE_48H, ROLE_SUPPORT2 } from './manifest.ts'

/** How answers of one role are served at this site. */
export interface Decision {
  /** A probability of the predictor as it is served here. */
  serve(probability: number): number
  calibrated: boolean
  /** Six figures at the site's operating point; where it chose none, at the cut matched to the prevalence. */
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
  const at: LabelAtSite = { label, manifest: models.manifest(role), site: { ...models.site(role), ...policy } }
  const curves = models.asset(role, 'curve.json')
  const curve = curveOf(curves, label) ?? curveOf(curves, labelOf(role))
  const performance = siteOperatingPoint(at, curve) ?? (curve && matchedPoint(at, curve))
  return {
    serve: (probability) => servedProbability(probability, at),
    calibrated: isCalibrated(at),
    ...(performance ? { performance } : {})
  }
}

/**
 * Where a site has chosen no cut: the one above which as many stays lie as die (the threshold matched to the prevalence, by
 * which the groups of specs 06 section 7 were compared). The figures say that it is nobody's choice.
 */
function matchedPoint(at: LabelAtSite, curve: OperatingCurve): Performance | undefined {
  const prevalence = sitePrevalence(at) ?? trainedPrevalence(at)
  // A cut that the site did choose and that cannot be had is not exchanged for another.
  if (prevalence === undefined || CHOICES.some((name) => name in at.site)) return undefined
  const distance = ({ sensitivity, specificity }: OperatingCurve['points'][number]): number =>
    Math.abs(prevalence * sensitivity + (1 - prevalence) * (1 - specificity) - prevalence)
  const matched = curve.points.reduce((best, point) => (distance(point) < distance(best) ? point : best))
  const threshold = servedProbability(matched.threshold, at)
  const found = siteOperatingPoint({ ...at, site: { ...at.site, threshold } }, curve)
  return found && { ...found, data: `${found.data ?? curve.data}; no cut chosen: as many above it as die` }
}

const CHOICES = ['threshold', 'sensitivityTarget', 'npvTarget', 'ppvTarget', 'operatingPoints'] as const
