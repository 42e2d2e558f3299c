import { AppError } from '../../core/errors/app-error.ts'
import type { LabelAtSite } from './prevalence.ts'
import { objectOf } from './site-json.ts'

/**
 * `site.json` `calibration.<label>`: a line on the log odds that a person approved after looking at the site's own pairs
 * (specs README section M). It belongs to one model: with another sha256 it is passed over.
 */
export interface SiteCalibration {
  method: 'platt'
  /** sha256 of the model whose probabilities it was fitted on. */
  modelSha256: string
  /** > 0: a falling line would turn the model's order round. */
  slope: number
  intercept: number
  /** Pairs it was fitted on, and how many of them had the condition. */
  n?: number
  positives?: number
}

/**
 * The site's own calibration of exactly this model, or undefined: none, or one of another model.
 * @throws AppError CONFIG_INVALID at `calibration.<label>`: of this model, but no rising finite line. Serving without it what
 *   somebody approved would be silent.
 */
export function siteCalibration({ label, manifest, site }: LabelAtSite): SiteCalibration | undefined {
  const found = objectOf(objectOf(site['calibration'])?.[label])
  if (found?.['modelSha256'] !== manifest.sha256) return undefined
  const { method, slope, intercept } = found
  if (method !== 'platt' || !isFiniteNumber(slope) || slope <= 0 || !isFiniteNumber(intercept))
    throw new AppError('CONFIG_INVALID', { at: `calibration.${label}` })
  return found as unknown as SiteCalibration
}

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
