import type { ModelManifest } from '../../../core/model.ts'
import { isCalibrated, type Performance, servedProbability, siteOperatingPoint } from '../../decision/index.ts'
import { fractionOf, objectOf } from '../../decision/site-json.ts'
import { LABELS, type Label } from './types.ts'

const LEADING: Label = 'k-gt-5.5'

export interface BandLimits {
  /** Below: low. */
  lowBelow: number
  /** From: high. */
  highFrom: number
  /** From: very-high; only of the label that site.json names as top band. */
  topFrom?: number
}

/** What the site decides, read from `site.json` of the model folder; the module's `policy` in the configuration outranks it. */
export interface SitePolicy {
  /** On probabilities at the site's prevalence. A label without limits is not banded. */
  bands: Partial<Record<Label, BandLimits>>
  /** At the leading label's operating point. Absent when uncalibrated: predictive values are then not shown (section F). */
  performance?: Performance
  /** By the model, or by the site for exactly this model; if not, what is served is a score. */
  calibrated: boolean
  /** The probability of a label as this site is served it (inference/decision). */
  served(label: Label, raw: number): number
}

type Json = Record<string, unknown>

/**
 * Shape read, all optional: `assumedPrevalence` (number for k-gt-5.5, or by label), `operatingPoints.<label> { threshold,
 * assumedPrevalence, sensitivity, specificity, ppv, npv, fractionRuledOut }`, `calibration.<label>` (the site's own of this
 * model), `bands.<label> { lowBelow, highFrom }`, `topBand { label, from }`, `origin.figures`.
 */
export function readSitePolicy(site: Json, policy: Json, manifest: ModelManifest): SitePolicy {
  const merged: Json = { ...site, ...policy }
  const at = (label: Label) => ({ label, manifest, site: merged, leading: LEADING })
  return {
    bands: bandsOf(merged),
    calibrated: isCalibrated(at(LEADING)),
    performance: siteOperatingPoint(at(LEADING)),
    served: (label, raw) => servedProbability(raw, at(label))
  }
}

function bandsOf(merged: Json): SitePolicy['bands'] {
  const top = objectOf(merged['topBand'])
  const bands: SitePolicy['bands'] = {}
  for (const label of LABELS) {
    const limits = objectOf(objectOf(merged['bands'])?.[label])
    const [lowBelow, highFrom] = [fractionOf(limits?.['lowBelow']), fractionOf(limits?.['highFrom'])]
    if (lowBelow === undefined || highFrom === undefined) continue
    bands[label] = { lowBelow, highFrom, ...(top?.['label'] === label ? { topFrom: fractionOf(top['from']) } : {}) }
  }
  return bands
}
