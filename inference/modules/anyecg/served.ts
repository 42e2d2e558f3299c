import type { ModelManifest } from '../../../core/model.ts'
import {
  calibrated,
  expit,
  isCalibrated,
  type LabelAtSite,
  labelCalibration,
  priorShift,
  servedProbability,
  sitePrevalence,
  trainedPrevalence
} from '../../decision/index.ts'
import { objectOf } from '../../decision/site-json.ts'

/** Log odds of the labels of one model as the probabilities that this site is served. */
export interface Served {
  /** Of the tracing with age and sex. */
  current(label: string, logOdds: number): number
  /** Of age and sex alone. */
  ageSex(label: string, logOdds: number): number
  /** Whether the number may be called a probability. */
  calibrated: boolean
}

/**
 * Calibration of each label by model.json, then prior shift or the site's own line (inference/decision). Age and sex alone have a
 * calibration of their own where model.json gives one under `params.ageSex.<label>`, else they are taken as they are: a logistic
 * model with two inputs is calibrated where it was fitted.
 *
 * @param site site.json overlaid by the policy
 */
export function servedBy(manifest: ModelManifest, keys: readonly string[], site: Record<string, unknown>): Served {
  const { calibration } = manifest
  const shared = labelCalibration(calibration, '', keys)
  const ofLabel = (label: string): ModelManifest['calibration'] => {
    const own = labelCalibration(calibration, label, [])
    return own === calibration ? shared : own
  }
  const ageSexParams = objectOf(calibration.params?.['ageSex'])
  const at = (label: string): LabelAtSite => ({ label, manifest, site })
  return {
    current: (label, logOdds) => servedProbability(calibrated(logOdds, ofLabel(label)), at(label)),
    ageSex(label, logOdds) {
      const params = objectOf(ageSexParams?.[label])
      const method = typeof params?.['method'] === 'string' ? params['method'] : calibration.method
      const raw = params ? calibrated(logOdds, { method, params }) : expit(logOdds)
      const [from, to] = [trainedPrevalence(at(label)), sitePrevalence(at(label))]
      return from === undefined || to === undefined ? raw : priorShift(raw, { from, to })
    },
    calibrated: keys.some((label) => isCalibrated(at(label)))
  }
}
