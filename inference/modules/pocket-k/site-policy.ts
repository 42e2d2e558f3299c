import type { ModelManifest } from '../../../core/model.ts'
import { LABELS, type Label, type Performance } from './types.ts'

/** What the site decides, read from `site.json` of the model folder; the module's `policy` in the configuration outranks it. */
export interface SitePolicy {
  /** Version text that enters Provenance; 'none' when the site has no policy. */
  version: string
  /** On probabilities at the site's prevalence. Absent: no bands are called. */
  thresholds?: { ruleOut55: number; alert55?: number; alert60?: number; top60?: number }
  /** At the rule-out threshold. Absent when uncalibrated: predictive values are then not shown (specs section F). */
  performance?: Performance
  /** Added to the logit of each label: logit(site prevalence) - logit(training prevalence). */
  shift: Partial<Record<Label, number>>
}

type Json = Record<string, unknown>

/**
 * Shape read (all but `thresholds.ruleOut55` optional):
 * `{ version, assumedPrevalence: number | { label: number }, thresholds: { ruleOut55, alert55, alert60, top60 },
 *    performance: { prevalence, sensitivity, specificity, ppv, npv, fractionRuledOut, data } }`.
 */
export function readSitePolicy(site: Json, policy: Json, manifest: ModelManifest): SitePolicy {
  const merged: Json = { ...site, ...policy }
  const thresholds = objectOf(merged['thresholds'])
  const ruleOut55 = fractionOf(thresholds?.['ruleOut55'])
  const calibrated = manifest.calibration.method !== 'none'
  return {
    version: typeof merged['version'] === 'string' ? merged['version'] : 'none',
    thresholds:
      ruleOut55 === undefined
        ? undefined
        : {
            ruleOut55,
            alert55: fractionOf(thresholds?.['alert55']),
            alert60: fractionOf(thresholds?.['alert60']),
            top60: fractionOf(thresholds?.['top60'])
          },
    performance: calibrated ? performanceOf(objectOf(merged['performance']), ruleOut55) : undefined,
    shift: calibrated ? shiftOf(merged['assumedPrevalence'], manifest.calibration.trainPrevalence) : {}
  }
}

function performanceOf(raw: Json | undefined, threshold: number | undefined): Performance | undefined {
  if (!raw) return undefined
  const names = ['prevalence', 'sensitivity', 'specificity', 'ppv', 'npv', 'fractionRuledOut'] as const
  const values = names.map((name) => fractionOf(raw[name]))
  // Shown together or not at all: a predictive value says nothing without the others (specs section G).
  if (values.some((value) => value === undefined)) return undefined
  const [prevalence, sensitivity, specificity, ppv, npv, fractionRuledOut] = values as number[]
  return {
    prevalence: prevalence!,
    sensitivity: sensitivity!,
    specificity: specificity!,
    ppv: ppv!,
    npv: npv!,
    fractionRuledOut: fractionRuledOut!,
    ...(threshold === undefined ? {} : { threshold }),
    ...(typeof raw['data'] === 'string' ? { data: raw['data'] } : {})
  }
}

function shiftOf(assumed: unknown, trained: unknown): Partial<Record<Label, number>> {
  const shift: Partial<Record<Label, number>> = {}
  for (const label of LABELS) {
    const to = prevalenceOf(assumed, label)
    const from = prevalenceOf(trained, label)
    if (to !== undefined && from !== undefined && to !== from) shift[label] = logit(to) - logit(from)
  }
  return shift
}

/** One number stands for the leading label; an object gives each label its own. */
function prevalenceOf(value: unknown, label: Label): number | undefined {
  if (typeof value === 'number') return label === 'k-gt-5.5' ? openFraction(value) : undefined
  return openFraction(objectOf(value)?.[label])
}

const logit = (p: number): number => Math.log(p / (1 - p))
const fractionOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined
const openFraction = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && value < 1 ? value : undefined
const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
