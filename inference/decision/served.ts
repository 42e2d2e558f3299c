import { expit, logit } from './logit.ts'
import { type LabelAtSite, priorShift, sitePrevalence, trainedPrevalence } from './prevalence.ts'
import { siteCalibration } from './site-calibration.ts'

/** Whether served numbers of this label may be called probabilities: the model is calibrated, or the site has done it. */
export const isCalibrated = (at: LabelAtSite): boolean =>
  at.manifest.calibration.method !== 'none' || siteCalibration(at) !== undefined

/**
 * What is served: the model's calibrated probability, moved to this site (specs README section G).
 *
 * - the site has calibrated exactly this model: 1 / (1 + e^-(slope logit(p) + intercept)), and nothing besides, since the
 *   site's own cases brought their prevalence with them;
 * - else logit p' = logit p + logit(site prevalence) - logit(train prevalence), where both are known;
 * - a score of a model without calibration (`none`) is passed through.
 *
 * It rises with `raw`, so it is also how a threshold on the raw scale becomes one on the served scale.
 *
 * @param raw `calibrated(..)` of the model's output, 0..1; a cut on that scale likewise
 */
export function servedProbability(raw: number, at: LabelAtSite): number {
  const own = siteCalibration(at)
  if (own) return expit(own.slope * logit(raw) + own.intercept)
  if (at.manifest.calibration.method === 'none') return raw
  const [from, to] = [trainedPrevalence(at), sitePrevalence(at)]
  return from === undefined || to === undefined ? raw : priorShift(raw, { from, to })
}

/**
 * A line fitted on the log odds of what is served now, as the line on raw log odds that `calibration.<label>` holds:
 * served = k raw + d, so slope (k raw + d) + intercept = (slope k) raw + (slope d + intercept).
 *
 * @param line of logit(served): what a recalibration proposes from pairs of the closed loop
 */
export function onRawScale(
  line: { slope: number; intercept: number },
  at: LabelAtSite
): { slope: number; intercept: number } {
  // What is served is a line in the raw log odds: two points tell it.
  const d = logit(servedProbability(0.5, at))
  const k = logit(servedProbability(expit(1), at)) - d
  return { slope: line.slope * k, intercept: line.slope * d + line.intercept }
}
